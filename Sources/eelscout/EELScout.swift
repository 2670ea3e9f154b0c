// The command line's front door: the list of commands.

import AcquisitionAssistant
import ArgumentParser

@main
struct EELScout: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eelscout",
    abstract: "Finds the places of a HAADF scan that are worth a slow EEL spectrum.",
    discussion: """
      Look into files and rank them without a daemon:
        eelscout inspect scan.npy
        eelscout triage scan.npy --maps maps

      Ask the daemon's database:
        eelscout status
        eelscout targets --top 10
        eelscout why 12-3
        eelscout report -o newest.html

      Acquire what is on the list:
        eelscout claim --by night-script
        eelscout done 12-3 --spectrum 12-3.dm4
        eelscout skip 12-4 --why "charging"
        eelscout export --format nion -o targets.json

      Simulate, train, judge:
        eelscout simulate session --scans 5 -o session
        eelscout train films/ -o model.safetensors

      Exit status: 0 ok, 1 the thing asked for is not so, 64 usage, 65 bad input data, 66 no such input,
      74 input/output, 78 bad configuration, rules or model. Results go to standard output, talk to standard error.
      """,
    version: AssistantProgram.version,
    subcommands: [
      InspectCommand.self, TriageCommand.self, TargetsCommand.self, ShowCommand.self, WhyCommand.self,
      ClaimCommand.self, DoneCommand.self, SkipCommand.self, RejectCommand.self, ReleaseCommand.self,
      ExportCommand.self, ScansCommand.self, ReportCommand.self, GuideCommand.self, StatusCommand.self,
      ConsoleCommand.self, DoctorCommand.self,
      RestoreCommand.self, RetentionCommand.self,
      CheckRulesCommand.self, SimulateCommand.self, TrainCommand.self,
      EvaluateCommand.self, AnalyseCommand.self, ModelCommand.self, QualityCommand.self, ForwardCommand.self,
      BenchServeCommand.self, BenchTrainCommand.self,
    ])
}
