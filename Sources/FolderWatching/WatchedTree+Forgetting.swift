// What goes: files, directories, whole folders; and what can't be looked into.

import SystemPackage

extension WatchedTree {
  /// More problems than this in one folder are not remembered one by one: someone took a whole tree's permissions away.
  private static let problemsRemembered = 1_000

  /// A listing takes about 3 µs an entry: this much patience keeps the idle daemon below 0.1 % of a processor.
  private static let pausePerEntry = Duration.milliseconds(4)

  mutating func forgetFile(_ name: Name, in key: Key) {
    guard let directory = directories[key], directory.files[name] != nil else { return }
    directories[key]?.files[name] = nil
    entryCount -= 1
    notices.append(.gone(directory.path.appending(name)))
  }

  mutating func forgetSpecial(_ name: Name, in key: Key) {
    guard directories[key]?.special.removeValue(forKey: name) != nil else { return }
    entryCount -= 1
  }

  /// Forgets a directory below a folder, with all it holds.
  mutating func forgetDirectory(_ key: Key) {
    guard let directory = directories[key], let parent = directory.parent else { return }
    forgetContents(of: key, remembering: false)
    roots[directory.root].problems[directory.path] = nil
    if let name = directory.below.last, directories[parent]?.subdirectories[name] == key {
      directories[parent]?.subdirectories[name] = nil
    }
    directories[key] = nil
    entryCount -= 1
  }

  /// Forgets everything in a directory and its watch. A folder that went remembers what had been handed out.
  mutating func forgetContents(of key: Key, remembering: Bool) {
    guard let directory = directories[key] else { return }
    for child in directory.subdirectories.values {
      guard let below = directories[child] else { continue }
      forgetContents(of: child, remembering: remembering)
      roots[below.root].problems[below.path] = nil
      directories[child] = nil
      entryCount -= 1
    }
    for (name, file) in directory.files {
      let path = directory.path.appending(name)
      if remembering {
        if file.phase == .handedOut { roots[directory.root].remembered[path] = file }
      } else {
        notices.append(.gone(path))
      }
      entryCount -= 1
    }
    entryCount -= directory.special.count
    if let watch = directory.watch {
      keyOfWatch[watch] = nil
      inotify?.remove(watch)
    }
    if let identity = directory.identity, keyOfIdentity[identity] == key { keyOfIdentity[identity] = nil }
    directories[key] = Directory(
      root: directory.root, parent: directory.parent, below: directory.below, path: directory.path)
  }

  /// A tree for other options that knows of its predecessor's folders what had been handed out. What went with a folder
  /// that is not followed any more is announced as gone.
  func successor(_ options: FolderWatcherOptions, repeating: Bool) -> WatchedTree {
    var old = self
    var tree = WatchedTree(options: options)
    for index in old.roots.indices {
      let heir = tree.roots.firstIndex { $0.path == old.roots[index].path }
      old.forgetContents(of: index, remembering: heir != nil)
      if let heir {
        tree.roots[heir].remembered = repeating ? [:] : old.roots[index].remembered
        // What was reported already is not reported again.
        tree.roots[heir].state = old.roots[index].state
        tree.roots[heir].isUnmounted = old.roots[index].isUnmounted
      }
    }
    tree.notices = old.notices
    return tree
  }

  /// A directory that could not be opened or listed.
  mutating func unopenable(_ key: Key, _ error: Errno) {
    guard let directory = directories[key] else { return }
    if directory.parent == nil {
      forgetContents(of: key, remembering: true)
      setState(.absent(reason: "\(error)"), of: directory.root)
      roots[directory.root].nextLook = nil
    } else if error == .noSuchFileOrDirectory || error == .notDirectory || error == .tooManySymbolicLinkLevels {
      forgetDirectory(key)
    } else {
      // What was known stays known: the disk or the server may be back at the next look.
      report(directory.path, "it can't be listed: \(error)", root: directory.root)
    }
  }

  mutating func report(_ path: FilePath, _ reason: String, root: Int) {
    guard roots[root].problems[path] != reason, roots[root].problems.count < Self.problemsRemembered else { return }
    roots[root].problems[path] = reason
    notices.append(.problem(FolderProblem(path: path, reason: reason)))
  }

  mutating func setState(_ state: FolderState, of root: Int) {
    guard roots[root].state != state else { return }
    roots[root].state = state
    notices.append(.folder(FolderStatus(path: roots[root].path, state: state)))
  }

  func hasRoom() -> Bool { entryCount < options.maximumEntries }

  mutating func hasRoomForOneMore(in directory: Directory) -> Bool {
    if hasRoom() { return true }
    report(
      roots[directory.root].path,
      "more than \(options.maximumEntries) files and directories; the rest is seen once older ones are moved away",
      root: directory.root)
    return false
  }

  /// Everything asked for has been listed: says how each folder is followed and when it is listed next.
  mutating func finishLooking(now: Duration) {
    for root in roots.indices where roots[root].nextLook == nil {
      guard directories[root]?.identity != nil else {
        roots[root].nextLook = now + options.absenceInterval
        continue
      }
      if directories[root]?.isEmpty == false { roots[root].isUnmounted = false }
      let state = presentState(of: root)
      setState(state, of: root)
      switch state {
      case .watching: roots[root].nextLook = now + options.rescanInterval + Self.pausePerEntry * entryCount
      case .polling: roots[root].nextLook = now + options.pollingInterval
      case .absent: roots[root].nextLook = now + options.absenceInterval
      }
      if !roots[root].isUnmounted { forgetRemembered(of: root) }
    }
  }

  /// The folder is back: what was there before and is there no more has gone.
  private mutating func forgetRemembered(of root: Int) {
    for path in roots[root].remembered.keys {
      guard let (key, name) = place(of: path, root: root), directories[key]?.files[name] != nil else {
        notices.append(.gone(path))
        continue
      }
    }
    roots[root].remembered = [:]
  }

  private func presentState(of root: Int) -> FolderState {
    if roots[root].isUnmounted {
      return .absent(reason: "what was mounted there is gone, and the folder is empty")
    }
    if let inotifyFailure { return .polling(reason: inotifyFailure) }
    var hitWatchLimit = false
    for directory in directories.values where directory.root == root {
      if let name = directory.remoteFileSystem {
        return .polling(reason: "\(directory.path) is on \(name), which does not announce changes made elsewhere")
      }
      hitWatchLimit = hitWatchLimit || directory.hitWatchLimit
    }
    return hitWatchLimit
      ? .polling(reason: "the limit of inotify watches is used up; raise fs.inotify.max_user_watches") : .watching
  }
}
