// eelscout console: the page for operators.

import AcquisitionAssistant
import ArgumentParser
import OperatorConsole

struct ConsoleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "console",
    abstract: "Serve the operators' page: the newest scan, its targets, and what becomes of them.",
    discussion: """
      One page for a browser: the newest scan with numbered boxes, the ranked list, why each place was chosen; claim,
      skip, reject, done and release with undo; live. It reads the database and changes only the status of targets, as
      the commands claim, done, skip, reject and release do. It never moves the stage or the beam.

      Only programs on this machine can connect unless --listen says otherwise, and then the page asks for a token:
      any other address needs --token-file. Everybody with an account on this machine can open a page on 127.0.0.1
      that needs no token. The page is not encrypted: from another machine come through ssh, or put a server that
      speaks TLS in front of it.

      Where systemd hands sockets over (eelscout-console.socket), --listen has no meaning. Runs until SIGTERM or
      SIGINT. Exit status 0 stopped as asked, 74 the address is taken, 78 no token for an address that others can
      reach, or a token that is unfit.

      Examples:
        eelscout console --state /tmp/eelscout
        ssh -L 8770:127.0.0.1:8770 microscope     # then http://127.0.0.1:8770/ on one's own machine
        eelscout console --listen 0.0.0.0:8770 --token-file /etc/eelscout/console.token --name microscope.lab
      """)

  @Option(help: ArgumentHelp("Address and port; port 0: any that is free.", valueName: "address:port"))
  var listen = "127.0.0.1:8770"

  @OptionGroup var place: StateOption

  @Option(
    help: ArgumentHelp(
      "A file with the token to ask for: 16 or more characters, not readable by everybody.", valueName: "file"),
    completion: .file())
  var tokenFile: String?

  @Option(
    help: ArgumentHelp(
      "A name that the page is called by, beside localhost, this machine's name and IP addresses; may be repeated.",
      valueName: "host"))
  var name: [String] = []

  func run() async throws {
    try await Commands.reporting {
      do {
        let server = try ConsoleServer(
          ConsoleSettings(state: place.state, listen: listen, tokenFile: tokenFile, names: name), say: Output.talk)
        for address in server.addresses {
          Output.talk("the page is at http://\(address)/" + (tokenFile == nil ? "" : " and asks for the token"))
        }
        try await server.run()
      } catch let error as ConsoleError {
        throw CommandError(error.kind == .configuration ? .badConfiguration : .inputOutput, error.description)
      }
    }
  }
}
