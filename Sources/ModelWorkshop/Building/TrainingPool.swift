// Networks trained side by side, one a core.

import Im2Spec
import NeuralNetworks
import Synchronization

/// One network to train.
struct NetworkJob: Sendable {
  /// Shown in progress, and the name of its checkpoint.
  var name: String
  var direction: TrainingDirection
  var architecture: Architecture
  var pairs: TrainingSet
  var scaler: SpectrumScaler
  var settings: TrainingSettings
  /// Pairs apart that tell when to stop.
  var validation: TrainingSet?
}

/// Cores that networks in training share: one each, and more where fewer networks than cores are left.
private final class SharedCores: Sendable {
  private let count: Int
  private let users = Mutex(0)

  init(count: Int) { self.count = count }

  func enter() { users.withLock { $0 += 1 } }
  func leave() { users.withLock { $0 -= 1 } }

  /// Cores for one of the present users.
  var share: Int { users.withLock { max(1, count / max(1, $0)) } }
}

enum TrainingPool {
  /// Trains all networks; the result depends neither on the number of workers nor on interruptions.
  /// - Parameter checkpoints: where unfinished networks are kept; nil keeps nothing.
  static func train(
    _ jobs: [NetworkJob], workers: Int, checkpoints: TrainingCheckpoints? = nil,
    progress: @escaping @Sendable (TrainingProgress) -> Void
  ) async throws -> [FloatNetwork] {
    let cores = SharedCores(count: max(1, workers))
    let meter = ProgressMeter(total: jobs.map(\.settings.steps).reduce(0, +), report: progress)
    var networks = [FloatNetwork?](repeating: nil, count: jobs.count)
    try await withThrowingTaskGroup(of: (Int, FloatNetwork).self) { group in
      // The way back takes longest: begun first, it leaves no core waiting at the end.
      let order =
        jobs.indices.filter { jobs[$0].direction == .spec2im }
        + jobs.indices.filter {
          jobs[$0].direction == .im2spec
        }
      var waiting = order.makeIterator()
      func startNext() {
        guard let index = waiting.next() else { return }
        group.addTask { (index, try train(jobs[index], checkpoints, meter, cores)) }
      }
      for _ in 0..<max(1, workers) { startNext() }
      while let (index, network) = try await group.next() {
        networks[index] = network
        startNext()
      }
    }
    return networks.compactMap { $0 }
  }

  private static func train(
    _ job: NetworkJob, _ checkpoints: TrainingCheckpoints?, _ meter: ProgressMeter, _ cores: SharedCores
  ) throws -> FloatNetwork {
    let run = try TrainingRun(
      job.direction, job.architecture, on: job.pairs, scaler: job.scaler, settings: job.settings,
      validation: job.validation, resuming: try checkpoints?.state(of: job.name))
    meter.add(run.stepsDone)
    cores.enter()
    defer { cores.leave() }
    var lastSaved = ContinuousClock.now
    while !run.isFinished {
      try Task.checkCancellation()
      run.threads = cores.share
      let number = run.epochsDone + 1
      let epoch = run.epoch { _, loss in meter.step(job.name, loss: loss, epoch: number, of: run.epochs) }
      meter.epoch(job.name, (epoch.loss, epoch.validation), epoch: run.epochsDone, of: run.epochs)
      if let checkpoints, run.isFinished || ContinuousClock.now - lastSaved > TrainingCheckpoints.interval {
        try checkpoints.save(run.state, of: job.name)
        lastSaved = .now
      }
    }
    meter.add(job.settings.steps - run.stepsDone)
    return run.network
  }
}
