// swift-tools-version: 6.2
import PackageDescription

// The readers under libFuzzer and AddressSanitizer; apart from the main package, which never builds it. `make fuzz`.
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let settings: [SwiftSetting] = [.swiftLanguageMode(.v6)]

let package = Package(
  name: "eelscout-fuzz",
  dependencies: [.package(url: "https://github.com/apple/swift-system", from: "1.8.1")],
  targets: [
    .systemLibrary(name: "CHDF5", path: "Sources/CLibraries/CHDF5"),
    .systemLibrary(name: "CTIFF", path: "Sources/CLibraries/CTIFF"),
    .systemLibrary(name: "CZlib", path: "Sources/CLibraries/CZlib"),
    .target(name: "Crypto", swiftSettings: settings),
    .target(name: "Microscopy", dependencies: ["StrictJSON"], swiftSettings: settings),
    .target(name: "StrictJSON", swiftSettings: settings),
    .target(
      name: "MicroscopeFiles",
      dependencies: ["CHDF5", "CTIFF", "CZlib", "Crypto", "Microscopy", "StrictJSON", system],
      swiftSettings: settings),
    .executableTarget(name: "FuzzReaders", dependencies: ["MicroscopeFiles", system], swiftSettings: settings),
    .executableTarget(name: "MakeSeeds", swiftSettings: settings),
  ]
)
