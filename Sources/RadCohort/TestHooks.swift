internal import Glibc
internal import Study
internal import Worker

/// Faults on demand, so that the tests and a site's own trials can watch what a run does then.
///
/// - `RADCOHORT_TEST_CRASH_PATIENT=<patient_id>`: the process that computes this patient dies by
///   SIGSEGV.
/// - `RADCOHORT_TEST_SLEEP_MS=<n>`: every unit sleeps this long before it is computed.
enum TestHooks {
  static func wrap(_ computer: any UnitComputing, plan: any WorkPlan) -> any UnitComputing {
    let crash = environmentText("RADCOHORT_TEST_CRASH_PATIENT")
    let sleep = environmentText("RADCOHORT_TEST_SLEEP_MS").flatMap { UInt32($0) }
    guard crash != nil || sleep != nil else { return computer }
    return HookedComputer(computer, plan: plan, crashPatient: crash, sleepMilliseconds: sleep ?? 0)
  }

  private final class HookedComputer: UnitComputing {
    private let computer: any UnitComputing
    private let plan: any WorkPlan
    private let crashPatient: String?
    private let sleepMilliseconds: UInt32

    init(
      _ computer: any UnitComputing, plan: any WorkPlan, crashPatient: String?,
      sleepMilliseconds: UInt32
    ) {
      self.computer = computer
      self.plan = plan
      self.crashPatient = crashPatient
      self.sleepMilliseconds = sleepMilliseconds
    }

    func compute(unit: Int) throws(UnitFailure) -> any UnitOutput {
      for _ in 0..<sleepMilliseconds { usleep(1000) }
      let labels = plan.labels(ofUnit: unit).map { "\($0.name) \($0.text)" }
      // Sampling for the habitats of a cohort is left alone: it is the extraction that crashes.
      if let crashPatient, labels.contains("patient \(crashPatient)"),
        !labels.contains("image habitats")
      {
        signal(SIGSEGV, SIG_DFL)
        raise(SIGSEGV)
      }
      return try computer.compute(unit: unit)
    }
  }
}
