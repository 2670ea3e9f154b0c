// What no page may leave out: what the scores can't see.

import Markup

enum HonestLimits {
  static let markup: Markup = """
    <ul>
    <li><b>Invisible in HAADF means invisible here.</b> A dopant change or a thin shell that leaves the image as it was is found no better
    than by chance. No score of an image can see it; only the spectra of the anchors can.</li>
    <li><b>Two different questions.</b> The error score ranks places that are likely to be predicted badly, the anomaly score places that look
    odd. Neither says that there is new physics.</li>
    <li><b>The interval of a predicted error holds for ordinary film.</b> In anomalies it does not: there the calibration, which was
    made on ordinary film, fails exactly where it matters.</li>
    <li><b>One material.</b> The model that comes with the program learned simulated films of F,Sn:In₂O₃ nanocrystals. A predicted spectrum is partly a
    prior of that world, not a measurement. Train on spectrum images of your own before you believe a list on another material.</li>
    <li><b>The domain test is not a guarantee.</b> It refuses noise, ramps, blur, inverted contrast and other lattices; a film whose particle sizes
    scatter strongly passes unnoticed.</li>
    <li>EELScout advises. It never moves stage or beam and never writes into the acquisition folder.</li>
    </ul>

    """
}
