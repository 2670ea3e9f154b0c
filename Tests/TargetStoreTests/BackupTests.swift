// Backups beside a working writer, what they refuse, what is kept; restoring; damage.

import Foundation
import GRDB
import TargetStore
import Testing

@Suite struct BackupTests {
  private let folder: TemporaryFolder
  private let clock = HandClock()

  init() throws { folder = try TemporaryFolder() }

  private var backups: BackupFolder { .standard(inState: folder.state) }

  private func open() throws -> TargetStore { try TargetStore(directory: folder.state, clock: clock.read) }

  private func record(_ numbers: ClosedRange<Int>, _ store: TargetStore, targets: Int = 26) throws {
    for number in numbers {
      _ = try store.record(Sample.scan(number), targets: Sample.targets(targets), file: Sample.file("\(number).npy"))
    }
  }

  @Test func `a backup is one whole file, named by its moment and for the group to read`() throws {
    let store = try open()
    try record(1...5, store)
    let file = try store.backUp(keeping: 7)
    #expect(file.path == folder.state + "/backup/eelscout-19700112T134640Z.sqlite")
    #expect(file.date == clock.read())
    #expect(try BackupContents.ofChecked(file.path).scans == 5)
    #expect(try BackupContents.ofChecked(file.path).targets == 130)
    #expect(try FileManager.default.contentsOfDirectory(atPath: backups.path).count == 1)
    let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
    #expect(attributes[.posixPermissions] as? Int == 0o640)
    // It reads as any database does, without a log beside it.
    let copy = try folder.outsider(file.path)
    #expect(try copy.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "delete")
  }

  @Test func `writers go on while a backup is made, and it holds one moment`() async throws {
    let store = try open()
    try record(1...150, store)
    let file = try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { [self] in
        for number in 151...200 { try record(number...number, store) }
      }
      let file = try store.backUp(keeping: 7)
      try await group.waitForAll()
      return file
    }
    let contents = try BackupContents.ofChecked(file.path)
    #expect((150...200).contains(contents.scans))
    #expect(contents.targets == 26 * contents.scans && contents.events == contents.targets)
    #expect(try TargetStoreReader(directory: folder.state).health().counts.scans == 200)
  }

  @Test func `as many as wanted are kept, the newest, and drafts go`() throws {
    let store = try open()
    for _ in 1...4 {
      _ = try store.backUp(keeping: 2)
      clock.advance(86_400)
    }
    try Data("x".utf8).write(to: URL(fileURLWithPath: backups.path + "/eelscout-19700101T000000Z.sqlite.part"))
    try Data("x".utf8).write(to: URL(fileURLWithPath: backups.path + "/notes.sqlite"))
    _ = try store.backUp(keeping: 2)
    let names = try FileManager.default.contentsOfDirectory(atPath: backups.path).sorted()
    #expect(names == ["eelscout-19700115T134640Z.sqlite", "eelscout-19700116T134640Z.sqlite", "notes.sqlite"])
  }

  @Test func `a database that became damaged is no backup, and the good one stays`() throws {
    let store = try open()
    try record(1...30, store)
    let good = try store.backUp(keeping: 1)
    #expect(try store.findDamage() == nil)
    clock.advance(86_400)
    _ = try store.pragma("wal_checkpoint(TRUNCATE)")
    try damage(.spectra)
    #expect(try store.findDamage() != nil)
    #expect(code { _ = try store.backUp(keeping: 1) } == .corrupt)
    #expect(backups.files().map(\.path) == [good.path])
    #expect(try BackupContents.ofChecked(good.path).scans == 30)
  }

  @Test func `a backup that is not wanted any more is broken off without a trace`() throws {
    let store = try open()
    try record(1...30, store)
    store.endUpkeep()
    #expect(code { _ = try store.backUp(keeping: 7) } == .brokenOff)
    #expect(try FileManager.default.contentsOfDirectory(atPath: backups.path).isEmpty)
    #expect(code { _ = try store.findDamage() } == .brokenOff)
  }

  /// Where a file is hit, each time as a disk would do it: bytes that are not those that were written.
  enum Wound: String, CaseIterable {
    case magic, identity, schema, spectra, lastPages, half, emptied
  }

  private func damage(_ wound: Wound) throws {
    let url = URL(fileURLWithPath: folder.database)
    var bytes = try Data(contentsOf: url)
    func noise(_ range: Range<Int>) {
      for index in range { bytes[index] = UInt8(truncatingIfNeeded: index &* 131 &+ 7) }
    }
    switch wound {
    case .magic: noise(0..<16)
    case .identity: noise(60..<72)
    case .schema: noise(100..<4_096)
    case .spectra: noise(bytes.count / 2 / 4_096 * 4_096..<(bytes.count / 2 / 4_096 + 8) * 4_096)
    case .lastPages: noise(bytes.count - 2 * 4_096..<bytes.count)
    case .half: bytes = bytes.prefix(bytes.count / 2)
    case .emptied: bytes = Data()
    }
    // In place, as a disk would: open connections go on with the same file.
    let file = try FileHandle(forWritingTo: url)
    try file.truncate(atOffset: UInt64(bytes.count))
    try file.seek(toOffset: 0)
    try file.write(contentsOf: bytes)
    try file.close()
  }

  @Test(arguments: Wound.allCases)
  func `a damaged database is refused with the way back, restored and worked on, and nothing is lost or doubled`(
    wound: Wound
  ) throws {
    do {
      let store = try open()
      try record(1...20, store)
      _ = try store.backUp(keeping: 7)
      try record(21...25, store)
    }
    try damage(wound)
    let damaged = try Data(contentsOf: URL(fileURLWithPath: folder.database))
    do throws(TargetStoreError) {
      _ = try TargetStore(directory: folder.state, clock: clock.read)
      Issue.record("\(wound) was not noticed")
    } catch {
      #expect(error.message.contains(folder.database))
      #expect(!error.isTransient)
      if error.code == .corrupt {
        #expect(
          error.message.contains(
            "eelscout restore --from \(folder.state)/backup/eelscout-19700112T134640Z.sqlite --state \(folder.state)"),
          "\(error)")
      }
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.database)) == damaged)

    clock.advance(3_600)
    let outcome = try StateRestore(directory: folder.state, clock: clock.read).restore()
    #expect(outcome.contents.scans == 20)
    #expect(outcome.setAside.contains(folder.state + "/damaged-19700112T144640Z-eelscout.sqlite"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: outcome.setAside[0])) == damaged)
    let store = try open()
    // The files still stand in the folder: the scans since are ranked again, the others are known.
    for number in 1...25 {
      let result = try store.record(
        Sample.scan(number), targets: Sample.targets(26), file: Sample.file("\(number).npy"))
      #expect(result == (number <= 20 ? .alreadyKnown(scan: number) : .recorded(scan: number)))
    }
    #expect(try TargetStoreReader(directory: folder.state).health().counts.targets == 25 * 26)
    let kinds = try folder.outsider().read { try String.fetchAll($0, sql: "SELECT kind FROM journal") }
    #expect(kinds == ["restore"])
  }

  @Test func `a log without its database is not thrown away`() throws {
    let log = try {
      let store = try open()
      try record(1...3, store)
      return try Data(contentsOf: URL(fileURLWithPath: folder.database + "-wal"))
    }()
    try FileManager.default.removeItem(atPath: folder.database)
    try log.write(to: URL(fileURLWithPath: folder.database + "-wal"))
    for _ in 1...2 { #expect(code { _ = try open() } == .corrupt) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.database + "-wal")) == log)
  }

  @Test func `restoring keeps away from a running daemon and from bad backups`() throws {
    let restore = StateRestore(directory: folder.state, clock: clock.read)
    #expect(code { _ = try restore.restore() } == .noDatabase)
    do {
      let store = try open()
      try record(1...3, store)
      _ = try store.backUp(keeping: 7)
      clock.advance(60)
      try record(4...6, store)
      _ = try store.backUp(keeping: 7)
      #expect(code { _ = try restore.restore() } == .inUse)
    }
    let newest = try #require(backups.files().first).path
    var bytes = try Data(contentsOf: URL(fileURLWithPath: newest))
    for index in bytes.count / 2..<bytes.count { bytes[index] = 0x5A }
    try bytes.write(to: URL(fileURLWithPath: newest))
    let before = try Data(contentsOf: URL(fileURLWithPath: folder.database))
    #expect(code { _ = try restore.restore(from: newest) } == .corrupt)
    #expect(code { _ = try restore.restore(from: newest + ".none") } == .noBackup)
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.database)) == before)
    let outcome = try restore.restore()
    #expect(outcome.contents.scans == 3)
    #expect(outcome.passedOver.count == 1)
  }

  @Test func `a newer database's backup is not restored by an older program`() throws {
    do {
      let store = try open()
      _ = try store.backUp(keeping: 1)
    }
    let path = try #require(backups.files().first).path
    try folder.outsider(path).write { try $0.execute(sql: "PRAGMA user_version = 5") }
    #expect(code { _ = try StateRestore(directory: folder.state).restore(from: path) } == .laterSchema)
  }
}
