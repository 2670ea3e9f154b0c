// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

/// A room of the house: `Sources/<name>`; it imports only the rooms and products listed.
func room(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
  .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

func library(_ name: String) -> Target {
  .systemLibrary(name: name, path: "Sources/CLibraries/\(name)")
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let flyingSocks = Target.Dependency.product(name: "FlyingSocks", package: "FlyingFox")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let toml = Target.Dependency.product(name: "TOMLKit", package: "TOMLKit")

/// The files of the console's one page.
enum ConsolePageFiles {
  static let all =
    ["console.html", "login.html", "icon.svg", "base.css", "console.css"]
    + [
      "words", "server", "colours", "scan-view", "list", "strip", "chart", "target-view", "health", "marks", "keys",
      "main",
    ].map { "\($0).js" }
}

let package = Package(
  name: "eelscout",
  products: [
    .executable(name: "eelscoutd", targets: ["eelscoutd"]),
    .executable(name: "eelscout", targets: ["eelscout"]),
    // What Benchmarks/ measures.
    .library(
      name: "EELScoutRooms",
      targets: [
        "Im2Spec", "ImageProcessing", "LinearAlgebra", "MicroscopeFiles", "Microscopy", "NeuralKernels",
        "NeuralNetworks", "SeededRandom", "StrictJSON", "TargetStore", "Triage",
      ]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
  ],
  targets: [
    // Floor 0: C libraries
    library("CHDF5"), library("CLinux"), library("COpenBLAS"), library("CPNG"), library("CSystemd"), library("CTIFF"),
    library("CZlib"),

    // Floor 1: tools that know nothing of microscopes, and the words of microscopy
    room("LinearAlgebra", ["COpenBLAS"]),
    room("SeededRandom"),
    room("StrictJSON"),
    room("CommaSeparated"),
    room("Markup"),
    room("Settings", [toml]),
    room("Microscopy", ["StrictJSON"]),
    room("ImageProcessing", ["Microscopy"]),
    room("Pictures", ["CPNG", "Microscopy"]),
    .target(name: "NeuralKernels"),
    room("NeuralNetworks", ["COpenBLAS", "LinearAlgebra", "NeuralKernels", "SeededRandom", "StrictJSON"]),
    room("FolderWatching", ["CLinux", system]),
    room("SystemdService", ["CSystemd", logging]),
    room("TorchCheckpoint"),

    // Floor 2: files, simulated films, the two networks
    room("MicroscopeFiles", ["CHDF5", "CTIFF", "CZlib", "Microscopy", "StrictJSON", crypto, system]),
    room("SpectrumPreparation", ["Microscopy", "StrictJSON"]),
    room("FilmSimulation", ["LinearAlgebra", "Microscopy", "SeededRandom"]),
    room(
      "Im2Spec",
      ["ImageProcessing", "Microscopy", "NeuralNetworks", "SeededRandom", "StrictJSON", crypto],
      // The pretrained models, copied beside the programs.
      resources: [.copy("Resources/ft-io-film.safetensors"), .copy("Resources/ft-io-film-tile-only.safetensors")]),

    // Floor 3: from predictions to targets, and where targets wait
    room(
      "Triage", ["Im2Spec", "ImageProcessing", "LinearAlgebra", "Microscopy", "NeuralNetworks", "Settings", crypto]),
    room("TargetStore", ["StrictJSON", grdb, system]),

    // Floor 4: the daemon's pipeline; the bench where models are made and judged; lists for other programs
    room(
      "AcquisitionAssistant",
      [
        "CLinux", "CommaSeparated", "FolderWatching", "Im2Spec", "ImageProcessing", "LinearAlgebra", "MicroscopeFiles",
        "Microscopy", "NeuralNetworks", "Pictures", "Settings", "StrictJSON", "SystemdService", "TargetStore", "Triage",
        logging, serviceLifecycle, signals, system,
      ],
      // The rules stay where operators look for them and are copied beside the programs.
      resources: [.copy("../../rules")]),
    room(
      "ModelWorkshop",
      [
        "FilmSimulation", "Im2Spec", "ImageProcessing", "LinearAlgebra", "MicroscopeFiles", "Microscopy",
        "NeuralNetworks", "SeededRandom", "SpectrumPreparation", "StrictJSON", "TorchCheckpoint", "Triage", crypto,
        system,
      ]),
    room("TargetExport", ["CommaSeparated", "Microscopy", "StrictJSON", "TargetStore"]),

    room(
      "OperatorConsole",
      ["Pictures", "StrictJSON", "SystemdService", "TargetStore", crypto, flyingSocks, signals],
      // The page, inside the program: it needs no file at run time.
      resources: ConsolePageFiles.all.map { .embedInCode("Page/\($0)") }),

    // Floor 5: a scan, a day, the first day, each as one page; what networks learned from one spectrum image, drawn
    room(
      "ReportPages",
      [
        "AcquisitionAssistant", "FilmSimulation", "Markup", "Microscopy", "Pictures", "StrictJSON", "TargetStore",
        "Triage",
      ]),
    room(
      "SpectrumImageAnalysis",
      [
        "Im2Spec", "ImageProcessing", "LinearAlgebra", "Markup", "MicroscopeFiles", "Microscopy", "ModelWorkshop",
        "NeuralNetworks", "Pictures", "SeededRandom", "StrictJSON", system,
      ]),

    // Floor 6: two programs
    program("eelscoutd", ["AcquisitionAssistant", "SystemdService", argumentParser, logging, system]),
    program(
      "eelscout",
      [
        "AcquisitionAssistant", "FilmSimulation", "Im2Spec", "MicroscopeFiles", "ModelWorkshop", "NeuralNetworks",
        "OperatorConsole", "Pictures", "ReportPages", "SpectrumImageAnalysis", "SpectrumPreparation", "StrictJSON",
        "TargetExport", "TargetStore", argumentParser, signals, system,
      ]),

    // Tests mirror the rooms
    .target(name: "SharedData", path: "Tests/SharedData", swiftSettings: strict),
    .target(name: "TestExtent", path: "Tests/TestExtent", swiftSettings: strict),
    .target(
      name: "AssistantTestKit",
      dependencies: [
        "Im2Spec", "MicroscopeFiles", "Microscopy", "NeuralNetworks", "SeededRandom", "StrictJSON", "TestExtent",
        "Triage", system,
      ], path: "Tests/AssistantTestKit", swiftSettings: strict),
    tests(
      "AcquisitionAssistantTests",
      [
        "AcquisitionAssistant", "AssistantTestKit", "MicroscopeFiles", "Microscopy", "SeededRandom", "StrictJSON",
        "SystemdService", "TargetStore", "Triage", logging, serviceLifecycle, system,
      ]),
    .target(
      name: "StoreTestKit", dependencies: ["TargetStore"], path: "Tests/StoreTestKit", swiftSettings: strict),
    tests("FolderWatchingTests", ["FolderWatching", system]),
    tests(
      "Im2SpecTests",
      [
        "Im2Spec", "ImageProcessing", "Microscopy", "NeuralNetworks", "SeededRandom", "StrictJSON", "SharedData",
      ]),
    tests("ImageProcessingTests", ["ImageProcessing", "Microscopy", "SharedData"]),
    tests("FilmSimulationTests", ["FilmSimulation", "Microscopy", "SharedData"]),
    tests("LinearAlgebraTests", ["LinearAlgebra", "SeededRandom"]),
    tests("MarkupTests", ["Markup"]),
    tests(
      "ModelWorkshopTests",
      [
        "FilmSimulation", "Im2Spec", "MicroscopeFiles", "Microscopy", "ModelWorkshop", "NeuralNetworks", "SharedData",
        "StrictJSON", "TorchTestKit", "Triage", system,
      ]),
    tests("NeuralNetworksTests", ["NeuralNetworks", "SeededRandom", "TestExtent"]),
    tests("PicturesTests", ["CPNG", "Microscopy", "Pictures"]),
    tests("MicroscopeFilesTests", ["CTIFF", "MicroscopeFiles", "Microscopy", "SeededRandom", "StrictJSON", system]),
    tests("OperatorConsoleTests", ["OperatorConsole", "StrictJSON", "TargetStore", crypto]),
    tests("ReportPagesTests", ["Pictures", "ReportPages", "StoreTestKit", "StrictJSON", "TargetStore", grdb]),
    tests("SeededRandomTests", ["SeededRandom"]),
    tests("SettingsTests", ["Settings"]),
    tests(
      "SpectrumImageAnalysisTests",
      [
        "FilmSimulation", "Im2Spec", "Microscopy", "ModelWorkshop", "SeededRandom", "SpectrumImageAnalysis",
        "StrictJSON",
      ]),
    tests("SpectrumPreparationTests", ["Microscopy", "SeededRandom", "SpectrumPreparation"]),
    tests("StrictJSONTests", ["StrictJSON"]),
    tests("TargetExportTests", ["CommaSeparated", "Microscopy", "StrictJSON", "TargetExport", "TargetStore"]),
    tests(
      "SystemTests",
      [
        "AssistantTestKit", "MicroscopeFiles", "Microscopy", "SeededRandom", "StoreTestKit", "StrictJSON",
        "TargetStore", "TestExtent", grdb, system,
      ], exclude: ["Golden"]),
    tests("SystemdServiceTests", ["SystemdService", logging]),
    tests(
      "TriageTests",
      ["Im2Spec", "ImageProcessing", "Microscopy", "SeededRandom", "Settings", "Triage", "SharedData"]),
    tests("TargetStoreTests", ["TargetStore", grdb]),
    .target(name: "TorchTestKit", path: "Tests/TorchTestKit", swiftSettings: strict),
    tests("TorchCheckpointTests", ["TorchCheckpoint", "TorchTestKit"]),
  ]
)
