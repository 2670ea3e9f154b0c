/* Tells ThreadSanitizer of two orders between threads that Swift's libraries make without its knowledge, as they are not
 * instrumented. This library is loaded before them and goes in between.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

/* Missing in programs that are not instrumented. */
__attribute__((weak)) void __tsan_acquire(void *);
__attribute__((weak)) void __tsan_release(void *);

#define SWIFT __attribute__((swiftcall))

static void acquire(void *place) {
  if (__tsan_acquire) __tsan_acquire(place);
}

static void release(void *place) {
  if (__tsan_release) __tsan_release(place);
}

static void *next(const char *name) {
  void *function = dlsym(RTLD_NEXT, name);
  if (!function) abort();
  return function;
}

/* Whoever waits for a Mutex of Synchronization, and whoever wakes him: what the two did under the lock is no race. */

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define MUTEX __attribute__((swift_context)) void *

SWIFT void lock_slow(uint32_t thread, MUTEX mutex) __asm__(LOCK);
SWIFT _Bool try_lock_slow(MUTEX mutex) __asm__(TRY_LOCK);
SWIFT void unlock_slow(MUTEX mutex) __asm__(UNLOCK);

SWIFT void lock_slow(uint32_t thread, MUTEX mutex) {
  SWIFT void (*lock)(uint32_t, MUTEX) = next(LOCK);
  lock(thread, mutex);
  acquire(mutex);
}

SWIFT _Bool try_lock_slow(MUTEX mutex) {
  SWIFT _Bool (*try_lock)(MUTEX) = next(TRY_LOCK);
  _Bool is_locked = try_lock(mutex);
  if (is_locked) acquire(mutex);
  return is_locked;
}

SWIFT void unlock_slow(MUTEX mutex) {
  SWIFT void (*unlock)(MUTEX) = next(UNLOCK);
  release(mutex);
  unlock(mutex);
}

/* A continuation that another thread resumes before its task has begun to wait: the task goes on at once, and what it
 * was given is no race. Tasks that do wait are announced by Swift's own library. Between the look and the wait lie some
 * nanoseconds that this does not see.
 */

#define ASYNC __attribute__((swiftasynccall))

extern SWIFT void *swift_task_getCurrent(void) __attribute__((weak));

ASYNC void swift_continuation_await(void *context) {
  ASYNC void (*await)(void *) = next("swift_continuation_await");
  acquire(swift_task_getCurrent());
  __attribute__((musttail)) return await(context);
}

SWIFT void swift_continuation_resume(void *task) {
  SWIFT void (*resume)(void *) = next("swift_continuation_resume");
  release(task);
  resume(task);
}

SWIFT void swift_continuation_throwingResume(void *task) {
  SWIFT void (*resume)(void *) = next("swift_continuation_throwingResume");
  release(task);
  resume(task);
}

SWIFT void swift_continuation_throwingResumeWithError(void *task, void *error) {
  SWIFT void (*resume)(void *, void *) = next("swift_continuation_throwingResumeWithError");
  release(task);
  resume(task, error);
}
