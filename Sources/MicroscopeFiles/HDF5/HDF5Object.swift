// Groups and data sets of an HDF5 file, reached by hard links only.

import CHDF5

/// An open group or data set; closed with the value. Lives inside `HDF5Library.withRoot`.
final class HDF5Object {
  enum Kind { case group, dataset, other }

  let id: hid_t
  let name: String
  let budget: HDF5Budget
  /// Read when an attribute is first asked for.
  var storedHeader: HDF5ObjectHeader?
  var limits: FileLimits { budget.limits }

  init(_ id: hid_t, name: String, budget: HDF5Budget) {
    self.id = id
    self.name = name
    self.budget = budget
  }

  deinit { H5Oclose(id) }

  var kind: Kind {
    switch H5Iget_type(id) {
    case H5I_GROUP: .group
    case H5I_DATASET: .dataset
    default: .other
    }
  }

  /// Where the object lies in the file: equal for two names of one object.
  var address: UInt64? {
    var info = H5O_info_t()
    guard H5Oget_info2(id, &info, UInt32(H5O_INFO_BASIC)) >= 0 else { return nil }
    return UInt64(info.addr)
  }

  /// The object of a name in this group; nil when there is none.
  ///
  /// - Throws: when the name is a soft, external or other link: those can lead out of the file.
  func child(_ name: String) throws(DecodeFailure) -> HDF5Object? {
    guard kind == .group, !name.isEmpty, !name.contains("/"), name != "." else { return nil }
    let header = try header()
    if try keepsLinks(header) {
      guard let link = header.links.first(where: { $0.name == name }) else { return nil }
      guard let address = link.address else { throw Self.notFollowed(name, isExternal: link.isExternal) }
      return try opened(H5Oopen_by_addr(id, haddr_t(address)), name)
    }
    guard H5Lexists(id, name, eelscout_h5_default()) > 0 else { return nil }
    var link = H5L_info_t()
    guard H5Lget_info(id, name, &link, eelscout_h5_default()) >= 0 else {
      throw HDF5Library.damaged("its entry \(name) cannot be read")
    }
    guard link.type == H5L_TYPE_HARD else {
      throw Self.notFollowed(name, isExternal: link.type == H5L_TYPE_EXTERNAL)
    }
    return try opened(H5Oopen(id, name, eelscout_h5_default()), name)
  }

  /// Whether the entries are all in the group's header; otherwise libhdf5 knows them.
  private func keepsLinks(_ header: HDF5ObjectHeader) throws(DecodeFailure) -> Bool {
    switch header.linkStorage {
    case .header: return true
    case .tree: return false
    case .heap:
      throw .rejected(
        "the entries of its group \(name) lie in a heap, which is not read; save it in the usual format of HDF5")
    }
  }

  private static func notFollowed(_ name: String, isExternal: Bool) -> DecodeFailure {
    .rejected("its entry \(name) is a link to another \(isExternal ? "file" : "place"); links are not followed")
  }

  private func opened(_ child: hid_t, _ name: String) throws(DecodeFailure) -> HDF5Object {
    guard child >= 0 else { throw HDF5Library.damaged("its entry \(name) cannot be opened") }
    let object = HDF5Object(child, name: name, budget: budget)
    try budget.visit()
    return object
  }

  /// The object at the end of a path of names.
  func descendant(_ path: String...) throws(DecodeFailure) -> HDF5Object? {
    var object: HDF5Object? = self
    for name in path { object = try object?.child(name) }
    return object
  }

  /// Names of the entries of this group that are hard links, in their stored order.
  func childNames() throws(DecodeFailure) -> [String] {
    guard kind == .group else { return [] }
    let header = try header()
    if try keepsLinks(header) { return header.links.filter { $0.address != nil }.map(\.name) }
    var collector = NameCollector(limit: limits.hdf5Objects)
    let status = withUnsafeMutablePointer(to: &collector) { pointer in
      H5Literate(
        id, H5_INDEX_NAME, H5_ITER_INC, nil,
        { _, name, info, data in
          guard let name, let collector = data?.assumingMemoryBound(to: NameCollector.self) else { return -1 }
          if info?.pointee.type == H5L_TYPE_HARD { collector.pointee.names.append(String(cString: name)) }
          return collector.pointee.names.count < collector.pointee.limit ? 0 : 1
        }, pointer)
    }
    guard status >= 0 else { throw HDF5Library.damaged("its group \(name) cannot be listed") }
    return collector.names
  }

  private struct NameCollector {
    var names: [String] = []
    let limit: Int
  }

  /// This group and every group below it, each once however many names it has.
  func forEachGroup(_ body: (_ group: HDF5Object) throws(DecodeFailure) -> Void) throws(DecodeFailure) {
    var seen: Set<UInt64> = []
    try forEachGroup(depth: 0, seen: &seen, body)
  }

  private func forEachGroup(
    depth: Int, seen: inout Set<UInt64>, _ body: (_ group: HDF5Object) throws(DecodeFailure) -> Void
  ) throws(DecodeFailure) {
    guard depth <= limits.hdf5Depth else {
      throw .rejected("its groups are nested deeper than \(limits.hdf5Depth) levels")
    }
    guard kind == .group, let address, seen.insert(address).inserted else { return }
    try body(self)
    for name in try childNames() {
      guard let child = try child(name), child.kind == .group else { continue }
      try child.forEachGroup(depth: depth + 1, seen: &seen, body)
    }
  }
}
