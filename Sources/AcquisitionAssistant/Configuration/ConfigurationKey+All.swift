// Every setting there is. One entry here is all that a further setting needs, beside its property.

extension ConfigurationKey {
  /// In the order of the manual page.
  package static let all: [ConfigurationKey] = [
    .paths(
      "watch.folders", \.folders,
      "The acquisition folders. Each is watched with all folders below it; nothing is ever written there and no link "
        + "below it is followed."
    ).with(option: "--watch"),
    .number(
      "watch.quiet_seconds", \.quietSeconds, unit: "s", 0...600,
      "A file that nobody has changed for so long is taken as written. A scan that shows by itself that it is whole is "
        + "taken after 0.3 s."
    ).with(option: "--quiet"),
    .number(
      "watch.rescan_seconds", \.rescanSeconds, unit: "s", 1...86_400,
      "Everything is listed again so often, in case an announcement of the kernel was lost."),
    .number(
      "watch.companion_seconds", \.companionSeconds, unit: "s", 0...600,
      "An array without pixel size waits so long for its .json, a series for its .emi."),
    .number(
      "watch.incomplete_minutes", \.incompleteMinutes, unit: "min", 0...1_440,
      "A file that is not complete by then is given up until it changes."),
    .number(
      "scan.default_pixel_size_nm", \.defaultPixelSizeNM, unit: "nm", Values.pixelSizeRange,
      otherwise: "none (such scans are refused)", "Pixel size of files that state none."),
    .texts(
      "scan.also_haadf_channels", \.alsoHAADFChannels, allowed: "texts",
      "Further names of this instrument's HAADF channel."),
    .word(
      "scan.unnamed_images", \.unnamedImages,
      "What becomes of images whose file names no channel (NPY, TIFF, MRC, TIA)."),
    .texts(
      "scan.unnamed_name_contains", \.unnamedNameContains, allowed: "texts",
      "Where given, images without a channel name are taken only with one of these in the file's name."),
    .integer(
      "triage.threads", \.threads, Values.threadRange, standard: "the number of processors, at most 4",
      "Blocks of a scan that are ranked at the same time. Results do not depend on it."
    ).with(option: "--threads"),
    .integer(
      "triage.memory_mib", \.memoryMiB, unit: "MiB", 64...1_048_576,
      "A scan that would need more memory than this is refused alone, before it is decoded where its file says so. Keep "
        + "it below MemoryHigh= of the unit. The scores of a large scan lie in files under /var/tmp (or TMPDIR), 16 bytes a "
        + "place."),
    .path(
      "model", \.model, otherwise: "the one that comes with the program",
      "The model bundle. It is read at the start and at a reload; a file that is replaced meanwhile changes nothing."
    ).with(option: "--model"),
    .path(
      "rules", \.rules, otherwise: "those that come with the program",
      "Directory of the triage rules; its *.toml files are merged in the order of their names."
    ).with(option: "--rules"),
    .path(
      "state", \.state, otherwise: "$STATE_DIRECTORY, else /var/lib/eelscout",
      "Directory of the database, outside of every watched folder."
    ).with(option: "--state").needingRestart("the database is open and locked as long as the daemon runs"),
    .path(
      "backup.directory", \.backups, otherwise: "backup in the state directory",
      "Where backups go, outside of every watched folder. The daemon must be allowed to write there (ReadWritePaths= in "
        + "a drop-in of the unit)."
    ).needingRestart("the backups belong to the database that is open as long as the daemon runs"),
    .number(
      "backup.interval_hours", \.backupHours, unit: "h", 0...8_760, "Time between two backups; 0 for none."),
    .integer(
      "backup.keep", \.backupsKept, 1...1_000,
      "Backups that are kept, the newest; of those made before a migration of the database the last three."),
    .number(
      "check.interval_hours", \.checkHours, unit: "h", 0...8_760,
      "Time between two checks of the whole database for damage; 0 for none."),
    .number(
      "retention.interval_hours", \.pruneHours, unit: "h", 0...8_760,
      "Time between two looks for what the retention rules let go; 0 for none."),
    .path(
      "metrics.textfile", \.metricsTextfile, otherwise: "none (no metrics are written)",
      "File for the textfile collector of the Prometheus node_exporter, replaced as a whole every ten seconds. Its name "
        + "must end in .prom, the daemon must be allowed to write into its directory (ReadWritePaths= in a drop-in of "
        + "the unit), and every daemon of a machine needs a file of its own."),
    .text(
      "metrics.daemon", \.metricsDaemon, allowed: "a text", otherwise: "none (no such label)",
      "Name of this daemon in the label \"daemon\" of its metrics, where a machine runs more than one."),
  ]
}
