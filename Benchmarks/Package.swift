// swift-tools-version: 6.2
import PackageDescription

// Micro-benchmarks of the rooms; apart from the main package, which never builds them. `make bench`.
let package = Package(
  name: "eelscout-benchmarks",
  dependencies: [
    .package(name: "eelscout", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
  ],
  targets: [
    .executableTarget(
      name: "Microbenchmarks",
      dependencies: [
        .product(name: "EELScoutRooms", package: "eelscout"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)])
  ]
)
