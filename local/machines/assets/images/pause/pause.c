/* The first process of every pod: holds its namespaces, buries its orphans, leaves when it is told to. */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void leave(int signal_number) { _exit(0); }

static void bury(int signal_number) {
  while (waitpid(-1, NULL, WNOHANG) > 0) {
  }
}

int main(void) {
  struct sigaction leaving = {.sa_handler = leave};
  struct sigaction burying = {.sa_handler = bury, .sa_flags = SA_NOCLDSTOP};
  if (sigaction(SIGINT, &leaving, NULL) < 0 || sigaction(SIGTERM, &leaving, NULL) < 0) return 1;
  if (sigaction(SIGCHLD, &burying, NULL) < 0) return 2;
  for (;;) pause();
}
