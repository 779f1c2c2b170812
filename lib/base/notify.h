/*
 * Notes to a service manager, as sd_notify(3) sends them: a datagram to the socket that NOTIFY_SOCKET
 * names. Without that variable nothing is sent.
 */
#ifndef BASE_NOTIFY_H
#define BASE_NOTIFY_H

/* "READY=1", "WATCHDOG=1", "STATUS=..."; lines separated by LF. What cannot be sent is lost. */
void notify(const char *text);

#endif
