/*
 * How a function is compiled, where it matters for every event.
 *
 * APART: one that is seldom called by one that always is. It is not made part of that one, which then
 * need not save for it what it would else hold.
 * ALWAYS_INLINE: one that is to stand in each of those that call it.
 */
#ifndef BASE_INLINE_H
#define BASE_INLINE_H

#if defined(__GNUC__)
#define APART __attribute__((noinline))
#define ALWAYS_INLINE static inline __attribute__((always_inline))
#else
#define APART
#define ALWAYS_INLINE static inline
#endif

#endif
