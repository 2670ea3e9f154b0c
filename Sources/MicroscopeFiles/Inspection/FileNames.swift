// What a file's name says: temporary, hidden and discarded files are not looked into.

import SystemPackage

/// Rules about names that need no look into the file.
public enum FileNames {
  /// Endings that copying programs, editors and browsers give to files in progress.
  private static let temporaryEndings = [".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", "~"]
  private static let temporaryBeginnings = ["~$", "~syncthing~"]
  /// Folders of things thrown away (Nion Swift) or still being delivered (rsync --delay-updates).
  private static let discardedFolders: Set<String> = ["trash", ".~tmp~"]

  /// Why a file is to be ignored by its name alone; nil when it is to be looked into.
  public static func reasonToIgnore(_ path: FilePath) -> String? {
    guard let last = path.lastComponent else { return nil }
    let name = last.string.lowercased()
    if name.hasPrefix(".") { return "a hidden file: hidden names are used for files in progress" }
    if temporaryBeginnings.contains(where: name.hasPrefix) || temporaryEndings.contains(where: name.hasSuffix) {
      return "a temporary name: the program that writes it renames it when it is done"
    }
    if let folder = path.removingLastComponent().components.last(where: { discardedFolders.contains($0.string) }) {
      return "it lies in a folder \(folder.string), whose files are thrown away or not yet delivered"
    }
    return nil
  }
}
