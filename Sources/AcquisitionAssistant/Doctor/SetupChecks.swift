// Configuration, rules, model: what the daemon is started with.

import SystemPackage
import TargetStore
import Triage

extension DoctorCheck {
  static let configuration = DoctorCheck(name: "configuration") { the in
    switch the.configuration {
    case .failure(let error): return [.fault("\(error)", "correct it, then: systemctl restart eelscoutd")]
    case .success(let settings):
      let isThere = (try? the.configurationFile.stat()) != nil
      guard !settings.folders.isEmpty else {
        return [
          .note("\(isThere ? "\(the.configurationFile) names" : "no \(the.configurationFile);") no watch.folders")
        ]
      }
      return [.ok("\(the.configurationFile) is right")]
    }
  }

  static let rules = DoctorCheck(name: "rules") { the in
    do throws(CommandError) {
      let directory = try the.settings.rulesDirectory(the.resources)
      let triage = try RulesFolder(directory).rules()
      let retention = try RetentionRules.beside(directory, the.resources)
      return [.ok("triage \(triage.identity) in \(directory); retention \(retention.identity)")]
    } catch {
      return [.fault("\(error)", "correct it, check it with: eelscout check-rules DIR")]
    }
  }

  static let model = DoctorCheck(name: "model") { the in
    do throws(CommandError) {
      let file = try the.settings.modelFile(the.resources)
      let model = try ModelFile.load(file)
      guard model.calibration != nil else {
        return [.fault("\(file) is not calibrated", "eelscout model calibrate MODEL SI…")]
      }
      return [.ok("\(file) (\(model.id)), \(Figures.short(model.pixelSizeNM)) nm a pixel")]
    } catch {
      return [.fault("\(error)", "install the model again, or name a good one with model = \"…\"")]
    }
  }
}
