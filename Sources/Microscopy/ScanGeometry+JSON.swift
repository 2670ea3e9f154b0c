// A scan's place in its context as a JSON object: how the database keeps it.

import StrictJSON

extension ScanGeometry {
  /// Only what is stated. Points are [y, x].
  public var json: JSONValue {
    var members: [JSONValue.Member] = []
    if let contextRows, let contextColumns {
      members.append(.init("context_size_px", JSONValue([contextRows, contextColumns])))
    }
    if let contextFieldOfViewNM { members.append(.init("context_fov_nm", .double(contextFieldOfViewNM))) }
    if let contextCentreNM { members.append(.init("context_centre_nm", contextCentreNM.json)) }
    if let subscan {
      members.append(.init("subscan_fractional_size", subscan.size.json))
      members.append(.init("subscan_fractional_center", subscan.centre.json))
      members.append(.init("subscan_rotation_rad", .double(subscan.rotationRad)))
    }
    if let originNM { members.append(.init("origin_nm", originNM.json)) }
    return .object(members)
  }

  /// What an object says; what it says in another form than `json` counts as not stated.
  public init(_ json: JSONValue) {
    self.init()
    if let size = PlanePoint(json["context_size_px"]), size.y >= 1, size.x >= 1 {
      contextRows = Int(exactly: size.y)
      contextColumns = Int(exactly: size.x)
    }
    contextFieldOfViewNM = json["context_fov_nm"]?.double.flatMap { $0.isFinite && $0 > 0 ? $0 : nil }
    contextCentreNM = PlanePoint(json["context_centre_nm"])
    subscan = Subscan(
      size: PlanePoint(json["subscan_fractional_size"]), centre: PlanePoint(json["subscan_fractional_center"]),
      rotationRad: json["subscan_rotation_rad"]?.double)
    originNM = PlanePoint(json["origin_nm"])
  }
}

extension PlanePoint {
  /// [y, x], both finite.
  public init?(_ json: JSONValue?) {
    guard let values = json?.array?.map(\.double), values.count == 2, let y = values[0], let x = values[1], y.isFinite,
      x.isFinite
    else { return nil }
    self.init(y: y, x: x)
  }

  var json: JSONValue { JSONValue([y, x]) }
}
