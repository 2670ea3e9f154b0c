// Which answer belongs to which address, behind the guards.

import Foundation
import StrictJSON
import TargetStore

/// Answers every request.
struct Router: Sendable {
  let store: ConsoleStore
  let watch: Watch
  let host: HostGuard
  /// Nil where only this machine can connect and no token was asked for.
  let token: AccessToken?
  let wrongTokens: WrongTokens
  let page = ConsolePage.console

  func answer(_ request: Request) async -> Response {
    var response = await guarded(request)
    if !response.headers.contains(where: { $0.name == "Content-Security-Policy" }) {
      response.headers += PageSecurity.headers
    }
    return response
  }

  private func guarded(_ request: Request) async -> Response {
    if let fault = host.fault(request) { return .fault(fault) }
    switch request.method {
    case "GET", "HEAD": return await read(request)
    case "POST": return await change(request)
    default:
      var response = Response.fault(405, "only GET, HEAD and POST are answered")
      response.headers.append(("Allow", "GET, HEAD, POST"))
      return response
    }
  }

  private func read(_ request: Request) async -> Response {
    let address = Address(path: request.path)
    switch address {
    case .icon?: return ConsolePage.icon
    case .alive?: return Response(200, type: "text/plain; charset=utf-8", Array("ok\n".utf8))
    default: break
    }
    guard await isAdmitted(request) else {
      return address == .page ? ConsolePage.login.response() : Self.unauthorised
    }
    switch address {
    case .page?: return page.response()
    case .health?: return await health()
    case .events?: return await events(request)
    case .files?: return await files()
    case .scans?: return await scans(request)
    case .targets?: return await targets(request)
    case .scan(let number)?: return await scan(number)
    case .targetsOfScan(let number)?: return await targets(ofScan: number, request)
    case .thumbnail(let number)?: return await picture(number, "scan", PictureAnswers.thumbnail)
    case .picture(let number, let name)?: return await picture(number, name, PictureAnswers.bytes)
    case .target(let id)?: return await target(id)
    case .mark?, .login?, .logout?:
      var response = Response.fault(405, "this changes something: only POST is answered here")
      response.headers.append(("Allow", "POST"))
      return response
    case .icon?, .alive?, nil: return .fault(404, "nothing is here")
    }
  }

  private func change(_ request: Request) async -> Response {
    guard let address = Address(path: request.path), address.isChange else {
      return .fault(404, "nothing can be changed here")
    }
    let isForm = address == .login || address == .logout
    if let fault = HostGuard.foreignPageFault(request, needsHeader: !isForm) { return .fault(fault) }
    if address == .login { return await login(request) }
    guard await isAdmitted(request) else { return Self.unauthorised }
    if case .mark(let id) = address { return await mark(id, request) }
    return Self.redirect(cookie: "\(AccessToken.cookieName)=; Max-Age=0")
  }

  private func isAdmitted(_ request: Request) async -> Bool {
    guard let token else { return true }
    if token.admits(request, now: Date()) { return true }
    if request[header: "authorization"] != nil { await wrongTokens.note() }
    return false
  }

  // MARK: Reading

  private func reading(
    _ body: @escaping @Sendable (TargetStoreReader) throws(TargetStoreError) -> Response
  ) async -> Response {
    do throws(TargetStoreError) {
      return try await store.read(body)
    } catch {
      return .fault(error)
    }
  }

  private func health() async -> Response {
    do throws(TargetStoreError) {
      let health = try await store.read { reader throws(TargetStoreError) in try ConsoleHealth(reader) }
      return .json(HealthAnswers.json(health, now: Date()))
    } catch {
      return .json(HealthAnswers.json(without: error, now: Date()))
    }
  }

  private func files() async -> Response {
    await reading { reader throws(TargetStoreError) in
      .json(
        .array(
          try reader.filesNotReady(limit: 50).map {
            [
              "path": .string($0.pathText), "state": .string($0.state.rawValue), "reason": .string($0.reason),
              "since": .string($0.since),
            ]
          }))
    }
  }

  private func scans(_ request: Request) async -> Response {
    guard let limit = Self.number(request.query["limit"] ?? "60"), let before = Self.number(request.query["before"])
    else { return Self.notANumber }
    return await reading { reader throws(TargetStoreError) in
      let scans = try reader.scanPage(before: before == 0 ? nil : before, limit: limit)
      return .json(["scans": .array(scans.map(ScanAnswers.json))])
    }
  }

  private func scan(_ text: String) async -> Response {
    let number = text == "latest" ? 0 : Self.number(text)
    guard let number else { return Self.notANumber }
    return await reading { reader throws(TargetStoreError) in
      let found = number == 0 ? try reader.latestScan() : try reader.scan(number: number)
      guard let scan = found else { return .fault(404, "there is no scan \(text)", code: "no-such-scan") }
      let targets = try reader.targetPage(scan: scan.id, limit: TargetStoreReader.longestPage)
      let pictures = try reader.pictureNames(ofScan: scan.id)
      return .json([
        "scan": ScanAnswers.json(scan), "targets": .array(targets.map(TargetAnswers.json)),
        "pictures": JSONValue(PictureName.allCases.filter(pictures.contains).map(\.rawValue)),
      ])
    }
  }

  private func targets(ofScan text: String, _ request: Request) async -> Response {
    guard let number = Self.number(text), let after = Self.number(request.query["after"]),
      let limit = Self.number(request.query["limit"] ?? "100")
    else { return Self.notANumber }
    return await reading { reader throws(TargetStoreError) in
      .json([
        "targets": .array(try reader.targetPage(scan: number, after: after, limit: limit).map(TargetAnswers.json))
      ])
    }
  }

  /// Several targets by their ids, those that an event has named.
  private func targets(_ request: Request) async -> Response {
    let ids = (request.query["ids"] ?? "").split(separator: ",").map(String.init)
    guard !ids.isEmpty, ids.count <= TargetStoreReader.longestPage else {
      return .fault(400, "give ids=7-9,7-12, at most \(TargetStoreReader.longestPage)")
    }
    return await reading { reader throws(TargetStoreError) in
      .json(["targets": .array(try reader.targets(ids: ids).map(TargetAnswers.json))])
    }
  }

  private func target(_ id: String) async -> Response {
    await reading { reader throws(TargetStoreError) in
      guard let detail = try reader.target(id) else {
        return .fault(404, "there is no target \(id)", code: "no-such-target")
      }
      return .json(TargetAnswers.json(detail))
    }
  }

  private func picture(
    _ text: String, _ name: String, _ answer: @escaping @Sendable (PictureRecord) -> Response
  ) async -> Response {
    guard let number = Self.number(text), let name = PictureName(rawValue: name) else {
      return .fault(404, "there is no such picture")
    }
    return await reading { reader throws(TargetStoreError) in
      try reader.picture(name, ofScan: number).map(answer) ?? .fault(404, "this picture is not kept")
    }
  }

  private func events(_ request: Request) async -> Response {
    guard request.method == "GET" else { return .fault(405, "only GET is answered here") }
    guard let wakeUps = await watch.wakeUps() else {
      return .fault(503, "too many pages are open; close one")
    }
    let known = request[header: "last-event-id"] ?? request.query["since"]
    let stream = EventStream(store: store, wakeUps: wakeUps)
    return Response(stream: stream.pieces(since: known.flatMap(EventCursor.init)), type: "text/event-stream")
  }

  // MARK: Changing

  private func mark(_ id: String, _ request: Request) async -> Response {
    guard request[header: "content-type"]?.lowercased().hasPrefix("application/json") == true else {
      return .fault(415, "send JSON")
    }
    do {
      let order = try MarkRequest(request.body)
      return .json(
        TargetAnswers.json(
          try await store.mark { desk throws(TargetStoreError) in try order.carryOut(id, desk) }))
    } catch let fault as RequestFault {
      return .fault(fault)
    } catch let error as TargetStoreError {
      return .fault(error)
    } catch {
      return .fault(503, "\(error)")
    }
  }

  private func login(_ request: Request) async -> Response {
    guard let token else { return Self.redirect(cookie: nil) }
    let candidate = FormBody.value("token", in: request.body) ?? ""
    guard token.matches(candidate) else {
      await wrongTokens.note()
      return ConsolePage.login.response(status: 401)
    }
    let session = token.session(until: Date() + AccessToken.sessionSeconds)
    return Self.redirect(cookie: "\(AccessToken.cookieName)=\(session); Max-Age=\(Int(AccessToken.sessionSeconds))")
  }

  private static func redirect(cookie: String?) -> Response {
    var response = Response(303, type: "text/plain; charset=utf-8", [], headers: [("Location", "/")])
    if let cookie { response.headers.append(("Set-Cookie", cookie + "; Path=/; HttpOnly; SameSite=Strict")) }
    return response
  }

  private static var unauthorised: Response {
    var response = Response.fault(401, "show the token: as Authorization: Bearer, or log in at /")
    response.headers.append(("WWW-Authenticate", "Bearer"))
    return response
  }

  private static var notANumber: Response { .fault(400, "a number is expected here") }

  /// 0 where nothing is given; nil for what is no plain number.
  private static func number(_ text: String?) -> Int? {
    guard let text, !text.isEmpty else { return 0 }
    guard text.utf8.count <= 15, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(text)
  }
}
