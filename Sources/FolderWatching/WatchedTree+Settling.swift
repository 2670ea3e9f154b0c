// From a change to a settled file: candidates wait, become ready, are handed out once a version.

import SystemPackage

extension WatchedTree {
  /// Takes note of a regular file as it is now.
  mutating func note(_ name: Name, _ identity: FileIdentity, in key: Key, now: Duration) {
    guard let directory = directories[key] else { return }
    if var file = directory.files[name] {
      guard file.identity != identity else { return }
      file.identity = identity
      if file.phase == .handedOut {
        file.arrival = makeArrival()
        file.waitingSince = now
      }
      startWaiting(&file, name, in: key, now: now)
      return
    }
    guard hasRoomForOneMore(in: directory) else { return }
    entryCount += 1
    if !roots[directory.root].remembered.isEmpty,
      let known = roots[directory.root].remembered[directory.path.appending(name)], known.identity == identity
    {
      directories[key]?.files[name] = known
      return
    }
    var file = File(
      identity: identity, phase: .handedOut, arrival: makeArrival(), waitingSince: now, ticket: 0)
    startWaiting(&file, name, in: key, now: now)
  }

  /// Starts the quiet time of a file that has just changed.
  private mutating func startWaiting(_ file: inout File, _ name: Name, in key: Key, now: Duration) {
    guard let directory = directories[key] else { return }
    let isEmpty = file.identity.size == 0
    let due = isEmpty ? nil : now + max(.zero, options.quietTime(directory.path.appending(name)))
    // A file that keeps changing keeps its one heap entry, which moves on when it comes up.
    if case .waiting(let earlier?, _) = file.phase, let due, due >= earlier {
      file.phase = .waiting(due: due, isPostponed: false)
    } else {
      file.phase = .waiting(due: due, isPostponed: false)
      file.ticket = makeTicket()
      if let due { settling.insert(Entry(order: due, directory: key, name: name, ticket: file.ticket)) }
    }
    directories[key]?.files[name] = file
  }

  /// Lets every file become ready whose quiet time has passed without a change.
  mutating func settle(now: Duration) {
    while let entry = settling.min, entry.order <= now {
      _ = settling.popMin()
      guard let file = directories[entry.directory]?.files[entry.name], file.ticket == entry.ticket,
        case .waiting(let due?, _) = file.phase
      else { continue }
      if due > now {
        settling.insert(Entry(order: due, directory: entry.directory, name: entry.name, ticket: entry.ticket))
      } else if isUnchanged(entry.name, file, in: entry.directory, now: now) {
        directories[entry.directory]?.files[entry.name]?.phase = .ready
        ready.insert(
          Entry(order: file.arrival, directory: entry.directory, name: entry.name, ticket: entry.ticket))
      }
    }
    // A consumer that takes nothing must not let files that come and go pile up.
    if ready.count > 1024 + 2 * entryCount {
      let known = directories
      ready.keepOnly { known[$0.directory]?.files[$0.name]?.ticket == $0.ticket }
    }
  }

  /// Hands out the ready file that arrived first, after a last look.
  mutating func takeReady(now: Duration) -> SettledFile? {
    while let entry = ready.popMin() {
      guard let directory = directories[entry.directory], let file = directory.files[entry.name],
        file.ticket == entry.ticket, file.phase == .ready,
        isUnchanged(entry.name, file, in: entry.directory, now: now)
      else { continue }
      directories[entry.directory]?.files[entry.name]?.phase = .handedOut
      return SettledFile(
        path: directory.path.appending(entry.name), root: roots[directory.root].path, identity: file.identity,
        arrival: file.arrival)
    }
    return nil
  }

  /// Lets a file that has been handed out come again after a pause; nothing when it has changed or gone since.
  mutating func postpone(_ settled: SettledFile, until due: Duration, now: Duration) {
    guard let root = roots.firstIndex(where: { $0.path == settled.root }),
      let (key, name) = place(of: settled.path, root: root)
    else { return }
    guard var file = directories[key]?.files[name], file.identity == settled.identity, file.phase == .handedOut
    else { return }
    file.phase = .waiting(due: due, isPostponed: true)
    file.waitingSince = now
    file.ticket = makeTicket()
    settling.insert(Entry(order: due, directory: key, name: name, ticket: file.ticket))
    directories[key]?.files[name] = file
  }

  /// The directory and the name of a path; nil where that directory is not known.
  func place(of path: FilePath, root: Int) -> (Key, Name)? {
    var below = path
    guard below.removePrefix(roots[root].path), let name = below.lastComponent.map({ EntryName($0) }) else {
      return nil
    }
    var key = root
    for component in below.removingLastComponent().components {
      guard let next = directories[key]?.subdirectories[EntryName(component)] else { return nil }
      key = next
    }
    return (key, name)
  }

  /// Looks at a file once more; a file that changed starts anew, a file that went is forgotten.
  private mutating func isUnchanged(_ name: Name, _ file: File, in key: Key, now: Duration) -> Bool {
    guard let directory = directories[key] else { return false }
    do throws(Errno) {
      let opened = try open(directory)
      guard let found = try opened.status(of: name), found.kind == .file else {
        forgetFile(name, in: key)
        return false
      }
      if found.identity == file.identity { return true }
      restart(name, found.identity, in: key, now: now)
    } catch {
      // The directory went or can't be entered: listing it finds out which, and nothing is lost meanwhile.
      retryLater(name, in: key, now: now)
      scans.add(key, deep: false)
    }
    return false
  }

  private mutating func restart(_ name: Name, _ identity: FileIdentity, in key: Key, now: Duration) {
    directories[key]?.files[name]?.identity = identity
    retryLater(name, in: key, now: now)
  }

  private mutating func retryLater(_ name: Name, in key: Key, now: Duration) {
    guard var file = directories[key]?.files[name] else { return }
    // Its entry has been taken off its heap: `ready` makes `startWaiting` add another.
    file.phase = .ready
    startWaiting(&file, name, in: key, now: now)
  }
}
