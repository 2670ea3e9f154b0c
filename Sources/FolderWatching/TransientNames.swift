// Names under which programs keep unfinished or private files.

import SystemPackage

/// Names that writers and transfer tools give to files which are not meant for anyone yet.
public enum TransientNames {
  /// Endings used by editors, browsers, WinSCP, OpenSSH's sftp and Nion Swift while they write.
  static let endings = [".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", "~"]
  /// Beginnings: dotfiles (rsync's too), office locks, syncthing.
  static let beginnings = [".", "~$", "~syncthing~"]
  /// Where Nion Swift keeps deleted items until it removes them.
  static let wholes: Set<String> = ["trash"]

  /// Whether the path's last component is such a name.
  public static func contains(_ path: FilePath) -> Bool {
    guard let name = path.string.split(separator: "/").last.map({ String($0) }) else { return false }
    return wholes.contains(name) || endings.contains { name.hasSuffix($0) }
      || beginnings.contains { name.hasPrefix($0) }
  }
}
