// From announcements and listings to what is known: directories are opened, watched, listed, compared.

import SystemPackage

extension WatchedTree {
  /// Starts listing a folder and everything below it again.
  mutating func look(at root: Int) {
    roots[root].nextLook = nil
    scans.add(root, deep: true)
  }

  mutating func lookEverywhere() {
    for root in roots.indices { look(at: root) }
  }

  mutating func lookWhereDue(now: Duration) {
    for root in roots.indices {
      if let due = roots[root].nextLook, due <= now { look(at: root) }
    }
  }

  /// Follows one batch of announcements. They are hints: what stands on the disk decides.
  mutating func apply(_ events: [InotifyEvent], now: Duration) {
    var touched: [Key: Set<Name>] = [:]
    var order: [(Key, Name)] = []
    for event in events {
      if event.isOverflow {
        notices.append(.overflow)
        lookEverywhere()
        continue
      }
      guard let key = keyOfWatch[event.watch] else { continue }
      if event.isUnmount, let root = directories[key], root.parent == nil { roots[root.root].isUnmounted = true }
      if event.endsWatch {
        keyOfWatch[event.watch] = nil
        directories[key]?.watch = nil
      }
      if let name = event.name {
        if touched[key, default: []].insert(name).inserted { order.append((key, name)) }
      } else {
        scans.add(key, deep: false)
      }
    }
    for (key, name) in order {
      guard let directory = directories[key] else { continue }
      do throws(Errno) {
        let opened = try open(directory)
        compare(name, try opened.status(of: name), in: key, isListing: false, deep: false, now: now)
      } catch {
        scans.add(key, deep: false)
      }
    }
  }

  /// Lists one directory of the queue.
  mutating func scanNext(now: Duration) {
    guard let (key, deep) = scans.popFirst(), let directory = directories[key] else { return }
    do throws(Errno) {
      let opened = try open(directory)
      let isFirstLook = directories[key]?.identity == nil
      let identity = try opened.status().directory
      guard settleIdentity(identity, of: key) else { return }
      // The watch comes before the listing: whatever appears between the two is announced.
      watch(opened, key)
      try list(opened, key, deep: deep || isFirstLook, now: now)
    } catch {
      unopenable(key, error)
    }
  }

  /// Whether the opened directory may be listed: not when it is already known under another path.
  private mutating func settleIdentity(_ identity: DirectoryIdentity, of key: Key) -> Bool {
    guard let directory = directories[key] else { return false }
    if directory.identity == identity { return true }
    if directory.identity != nil { forgetContents(of: key, remembering: directory.parent == nil) }
    if let other = keyOfIdentity[identity], other != key, let known = directories[other] {
      if let opened = try? open(known), let found = try? opened.status(), found.directory == identity {
        let reason = "it is the same directory as \(known.path), which is watched already"
        if directory.parent == nil {
          setState(.absent(reason: reason), of: directory.root)
        } else {
          report(directory.path, reason, root: directory.root)
        }
        return false
      }
      // It has moved here, and the announcement of its leaving is still to come.
      if known.parent == nil { forgetContents(of: other, remembering: true) } else { forgetDirectory(other) }
    }
    directories[key]?.identity = identity
    keyOfIdentity[identity] = key
    return true
  }

  private mutating func watch(_ opened: borrowing OpenDirectory, _ key: Key) {
    guard let directory = directories[key] else { return }
    directories[key]?.remoteFileSystem = opened.remoteFileSystem()
    guard directory.watch == nil, let inotify else { return }
    do throws(Errno) {
      let watch = try inotify.watch(opened, path: directory.path)
      directories[key]?.watch = watch
      directories[key]?.hitWatchLimit = false
      keyOfWatch[watch] = key
    } catch {
      directories[key]?.hitWatchLimit = error == .noSpace || error == .noMemory
    }
  }

  private mutating func list(_ opened: borrowing OpenDirectory, _ key: Key, deep: Bool, now: Duration) throws(Errno) {
    guard let directory = directories[key] else { return }
    // One more than can be remembered, so that too many are noticed and reported.
    let (names, isComplete) = try opened.names(limit: options.maximumEntries + 1)
    var present: [Name] = []
    var different: [(name: Name, status: FileStatus)] = []
    var unchangedCount = 0
    for name in names {
      guard let status = try opened.status(of: name) else { continue }
      present.append(name)
      // Nearly always nothing has changed: then one look-up a file is all that a listing costs.
      if status.kind == .file, directory.files[name]?.identity == status.identity {
        unchangedCount += 1
      } else {
        different.append((name, status))
      }
    }
    let isAllThere =
      directory.subdirectories.isEmpty && directory.special.isEmpty && unchangedCount == directory.files.count
    if !isAllThere || !roots[directory.root].problems.isEmpty {
      try forgetMissing(from: key, present: isComplete ? Set(present) : nil, opened)
    }
    roots[directory.root].problems[directory.path] = nil
    // Files that waited from before the start come in the order in which they were last changed.
    different.sort { one, other in
      let (first, second) = (one.status.identity.changedNS, other.status.identity.changedNS)
      return first == second ? one.name < other.name : first < second
    }
    for (name, status) in different { compare(name, status, in: key, isListing: true, deep: deep, now: now) }
  }

  /// Forgets what a directory no longer holds; without a complete listing each name is looked for.
  private mutating func forgetMissing(
    from key: Key, present: Set<Name>?, _ opened: borrowing OpenDirectory
  ) throws(Errno) {
    guard let directory = directories[key] else { return }
    func isGone(_ name: Name) throws(Errno) -> Bool {
      if let present { return !present.contains(name) }
      return try opened.status(of: name) == nil
    }
    for name in directory.files.keys where try isGone(name) { forgetFile(name, in: key) }
    for (name, child) in directory.subdirectories where try isGone(name) { forgetDirectory(child) }
    for name in directory.special.keys where try isGone(name) { forgetSpecial(name, in: key) }
    for path in roots[directory.root].problems.keys where path.removingLastComponent() == directory.path {
      if let name = path.lastComponent, try isGone(EntryName(name)) { roots[directory.root].problems[path] = nil }
    }
  }

  /// Compares what stands under a name with what was known of it.
  private mutating func compare(
    _ name: Name, _ status: FileStatus?, in key: Key, isListing: Bool, deep: Bool, now: Duration
  ) {
    guard let directory = directories[key] else { return }
    let child = directory.subdirectories[name]
    if let child, status?.kind != .directory { forgetDirectory(child) }
    if directory.files[name] != nil, status?.kind != .file { forgetFile(name, in: key) }
    forgetSpecial(name, in: key)
    guard let status else { return }
    let isKnown = child != nil || directory.files[name] != nil
    guard isKnown || !options.isIgnored(directory.path.appending(name)) else { return }
    switch status.kind {
    case .file: note(name, status.identity, in: key, now: now)
    case .special(let kind): noteSpecial(name, kind, in: key)
    case .directory:
      guard let child else { return addDirectory(name, to: key) }
      // An announcement about a directory that was known may mean that it can be entered now, or is another one.
      if deep || !isListing { scans.add(child, deep: deep) }
    }
  }

  private mutating func noteSpecial(_ name: Name, _ kind: SpecialFile.Kind, in key: Key) {
    guard let directory = directories[key], hasRoomForOneMore(in: directory) else { return }
    directory.special[name] = kind
    entryCount += 1
  }

  private mutating func addDirectory(_ name: Name, to key: Key) {
    guard let parent = directories[key] else { return }
    let path = parent.path.appending(name)
    guard parent.below.count < options.maximumDepth else {
      report(
        path, "it lies deeper than \(options.maximumDepth) levels below \(roots[parent.root].path)", root: parent.root)
      return
    }
    guard hasRoomForOneMore(in: parent) else { return }
    entryCount += 1
    let child = makeKey()
    directories[child] = Directory(root: parent.root, parent: key, below: parent.below + [name], path: path)
    directories[key]?.subdirectories[name] = child
    scans.add(child, deep: true)
  }
}
