/* Tells ThreadSanitizer what orders the threads that contend for a Mutex of Swift's Synchronization.
 *
 * Whoever waits for one, and whoever wakes him, does so within that library, which is not instrumented: to the
 * sanitizer, what the two did under the lock is a race. This library is loaded before it and goes in between.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

#define SWIFT __attribute__((swiftcall))
#define MUTEX __attribute__((swift_context)) void *

/* Missing in programs that are not instrumented. */
__attribute__((weak)) void __tsan_acquire(void *);
__attribute__((weak)) void __tsan_release(void *);

SWIFT void lock_slow(uint32_t thread, MUTEX mutex) __asm__(LOCK);
SWIFT _Bool try_lock_slow(MUTEX mutex) __asm__(TRY_LOCK);
SWIFT void unlock_slow(MUTEX mutex) __asm__(UNLOCK);

static void *next(const char *name) {
  void *function = dlsym(RTLD_NEXT, name);
  if (!function) abort();
  return function;
}

SWIFT void lock_slow(uint32_t thread, MUTEX mutex) {
  SWIFT void (*lock)(uint32_t, MUTEX) = next(LOCK);
  lock(thread, mutex);
  if (__tsan_acquire) __tsan_acquire(mutex);
}

SWIFT _Bool try_lock_slow(MUTEX mutex) {
  SWIFT _Bool (*try_lock)(MUTEX) = next(TRY_LOCK);
  _Bool is_locked = try_lock(mutex);
  if (is_locked && __tsan_acquire) __tsan_acquire(mutex);
  return is_locked;
}

SWIFT void unlock_slow(MUTEX mutex) {
  SWIFT void (*unlock)(MUTEX) = next(UNLOCK);
  if (__tsan_release) __tsan_release(mutex);
  unlock(mutex);
}
