// The rules for Prometheus: accepted by promtool, and each alert fires on its trouble only.

import Foundation
import Testing

@Suite("Rules for Prometheus", .timeLimit(.minutes(5)))
struct AlertRulesTests {
  private let folder = FileManager.default.currentDirectoryPath

  @Test("promtool accepts the rules")
  func accepted() throws {
    guard Tool.isThere("promtool") else {
      print("SKIPPED: rules for Prometheus: promtool is not installed (Debian package prometheus)")
      return
    }
    let result = try Tool.run("promtool", ["check", "rules", "\(folder)/rules/alerts/eelscout.yml"])
    #expect(result.status == 0, "\(result.output)")
  }

  @Test("every alert fires on its trouble and is silent in ordinary work")
  func tested() throws {
    guard Tool.isThere("promtool") else {
      print("SKIPPED: rules for Prometheus: promtool is not installed (Debian package prometheus)")
      return
    }
    let result = try Tool.run("promtool", ["test", "rules", "\(folder)/Tests/Alerts/eelscout_test.yml"])
    #expect(result.status == 0, "\(result.output)")
    let rules = try String(contentsOfFile: "\(folder)/rules/alerts/eelscout.yml", encoding: .utf8)
    let tests = try String(contentsOfFile: "\(folder)/Tests/Alerts/eelscout_test.yml", encoding: .utf8)
    for alert in rules.matches(of: /alert: (\w+)/).map(\.1) {
      #expect(tests.contains("alertname: \(alert)\n"), "\(alert) never fires in a test")
    }
  }
}
