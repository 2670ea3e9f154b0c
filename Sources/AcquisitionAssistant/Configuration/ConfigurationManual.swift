// The manual page eelscout.toml(5), made from the declarations of the settings.

/// `eelscoutd --print-man-page eelscout.toml`.
public enum ConfigurationManual {
  public static let pageName = "eelscout.toml"

  /// The page as roff with man macros.
  public static var page: String {
    var page = RoffPage(title: "EELSCOUT.TOML", section: 5, source: "EELScout \(AssistantProgram.version)")
    page.section("NAME")
    page.text("eelscout.toml - settings of the acquisition assistant eelscoutd(8)")
    page.section("SYNOPSIS")
    page.lines(["/etc/eelscout/eelscout.toml", "/etc/eelscout/eelscout.toml.d/*.toml"])
    page.section("DESCRIPTION")
    page.text(
      "Settings of eelscoutd, and of the commands of eelscout(1) that shall agree with it, in TOML. Every one has a "
        + "default; without any file the daemon needs only a folder to watch.")
    page.text(
      "Settings come from these places; a later one wins, key by key: defaults, the file, its drop-ins in the order of "
        + "their names, environment variables, options. Drop-ins of a file that --config names lie beside it, in "
        + "FILE.d/*.toml. A variable is called as its key, in capitals, with EELSCOUT_ in front and underscores for "
        + "dots; the parts of a list are separated by colons.")
    page.text(
      "Every file must be right in itself: an unknown key, a wrong type or a value out of range is refused with file, "
        + "line, key, value and what is allowed, and the daemon does not start (exit status 78). A variable that looks "
        + "like a misspelt setting is named in a warning. \"eelscoutd --check-config\" says what is in force and from "
        + "where.")
    page.text(
      "\"systemctl reload eelscoutd\" reads configuration, rules and model again and puts them into force together, from "
        + "the next scan on. When anything is wrong, everything stays as it was.")
    page.section("SETTINGS")
    for key in ConfigurationKey.all { entry(key, &page) }
    page.section("EXAMPLE")
    page.lines(example.split(separator: "\n").map(String.init))
    page.section("FILES")
    page.text("/etc/eelscout/eelscout.toml, /etc/eelscout/eelscout.toml.d/*.toml, /var/lib/eelscout")
    page.section("SEE ALSO")
    page.text("eelscoutd(8), eelscout(1), systemctl(1), journalctl(1)")
    return page.source
  }

  private static func entry(_ key: ConfigurationKey, _ page: inout RoffPage) {
    var facts = ["Default: \(key.standard).", "Allowed: \(key.allowed).", "Variable: \(key.variable)."]
    if let unit = key.unit { facts.insert("Unit: \(unit).", at: 0) }
    if let option = key.option { facts.append("Option: \(option).") }
    var words = key.meaning
    if case .needsRestart(let why) = key.change {
      words += " A change takes effect with a restart, not a reload: \(why)."
    }
    page.entry(key.key, [facts.joined(separator: " "), words])
  }

  private static let example = """
    [watch]
    folders = ["/data/acquisition"]
    quiet_seconds = 2
    [scan]
    default_pixel_size_nm = 1.5
    [triage]
    threads = 2
    """
}
