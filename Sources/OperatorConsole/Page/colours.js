// Colours that stay apart for every kind of colour vision, and a shape for each kind.
const KINDS = {
  anomaly: { colour: '#e69f00', shape: 'square' },
  error: { colour: '#56b4e9', shape: 'diamond' },
  anchor: { colour: '#26b98a', shape: 'circle' },
};
const kindOf = (target) => KINDS[target.kind] ?? { colour: '#d0d7de', shape: 'square' };

/** Viridis (S. van der Walt, N. Smith, 2015) at nine even steps, straight lines between. */
const VIRIDIS = (() => {
  const steps = [0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c, 0x28ae80, 0x5ec962, 0xaddc30, 0xfde725];
  const table = new Uint8Array(256 * 3);
  for (let level = 0; level < 256; level++) {
    const position = (level / 255) * (steps.length - 1);
    const lower = Math.min(Math.floor(position), steps.length - 2);
    for (let channel = 0; channel < 3; channel++) {
      const shift = 16 - 8 * channel;
      const [a, b] = [(steps[lower] >> shift) & 255, (steps[lower + 1] >> shift) & 255];
      table[level * 3 + channel] = Math.round(a + (b - a) * (position - lower));
    }
  }
  return table;
})();

/** A canvas of a picture's size, grey or viridis. */
function paint(picture, isGrey) {
  const canvas = document.createElement('canvas');
  canvas.width = picture.columns;
  canvas.height = picture.rows;
  const image = new ImageData(picture.columns, picture.rows);
  picture.values.forEach((value, index) => {
    for (let channel = 0; channel < 3; channel++) {
      image.data[index * 4 + channel] = isGrey ? value : VIRIDIS[value * 3 + channel];
    }
    image.data[index * 4 + 3] = 255;
  });
  canvas.getContext('2d').putImageData(image, 0, 0);
  return canvas;
}

/** A tile's numbers as grey levels: vacuum 0 is dark, particles 1 bright, some room beyond both. */
function paintTile(tile) {
  const [low, high] = [-0.25, 1.35];
  const values = Uint8Array.from(tile.values, (value) => Math.max(0, Math.min(255, 255 * ((value ?? 0) - low) / (high - low))));
  return paint({ rows: tile.rows, columns: tile.columns, values }, true);
}

function paintValueBar(canvas) {
  const context = canvas.getContext('2d');
  for (let x = 0; x < canvas.width; x++) {
    const level = Math.round((255 * x) / (canvas.width - 1)) * 3;
    context.fillStyle = `rgb(${VIRIDIS[level]}, ${VIRIDIS[level + 1]}, ${VIRIDIS[level + 2]})`;
    context.fillRect(x, 0, 1, canvas.height);
  }
}
