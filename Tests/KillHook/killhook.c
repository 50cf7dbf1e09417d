// Kills the process it is preloaded into (SIGKILL) right after the first rename or removal below a folder that has not been seen before: the moments
// at which a crash-safe program changes what it left behind. Started again and again, a program is so killed after each of them in turn.
//
// The environment says where:
//   HUMPBACK_KILL_UNDER   the folder, as an absolute path
//   HUMPBACK_KILL_SEEN    a file of what has been seen, a line an event, to which the last one is added; without it none is killed at
//   HUMPBACK_KILL_LOG     a file that receives a line an event
// An event is the call, the path below the folder without random digits, and for journal.json the size of the new one, which tells its entries
// apart. What is removed inside of a hidden folder is one event for the whole of it.
#define _GNU_SOURCE
#include <ctype.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// Takes the eight digits out of ".NAME.01234567.part".
static void without_digits(char *path) {
    for (char *end = strstr(path, ".part"); end != NULL; end = strstr(end + 1, ".part")) {
        if (end - path < 9 || end[-9] != '.') continue;
        int digits = 0;
        while (digits < 8 && isxdigit((unsigned char)end[-1 - digits])) digits++;
        if (digits == 8) {
            memmove(end - 9, end, strlen(end) + 1);
            end -= 9;
        }
    }
}

static int holds(const char *file, const char *line) {
    FILE *seen = fopen(file, "r");
    if (seen == NULL) return 0;
    char other[4096];
    int found = 0;
    while (!found && fgets(other, sizeof other, seen) != NULL) found = strcmp(other, line) == 0;
    fclose(seen);
    return found;
}

static void append(const char *file, const char *line) {
    int descriptor = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (descriptor < 0) return;
    if (write(descriptor, line, strlen(line)) < 0) perror("killhook");
    close(descriptor);
}

static void happened(const char *call, const char *path) {
    const char *under = getenv("HUMPBACK_KILL_UNDER");
    if (under == NULL || path == NULL || strncmp(path, under, strlen(under)) != 0) return;
    char below[2048];
    snprintf(below, sizeof below, "%s", path + strlen(under));
    without_digits(below);
    char *hidden = strstr(below, "/.");
    char *inside = hidden == NULL ? NULL : strchr(hidden + 1, '/');
    if (strcmp(call, "unlink") == 0 && inside != NULL) *inside = 0;
    struct stat status;
    long long size = strstr(below, "journal.json") != NULL && stat(path, &status) == 0 ? (long long)status.st_size : 0;
    char line[4096];
    snprintf(line, sizeof line, "%s %s %lld\n", call, below, size);
    const char *log = getenv("HUMPBACK_KILL_LOG");
    if (log != NULL) append(log, line);
    const char *seen = getenv("HUMPBACK_KILL_SEEN");
    if (seen == NULL || holds(seen, line)) return;
    append(seen, line);
    kill(getpid(), SIGKILL);
}

int rename(const char *from, const char *to) {
    int (*next)(const char *, const char *) = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
    int result = next(from, to);
    if (result == 0) happened("rename", to);
    return result;
}

int unlink(const char *path) {
    int (*next)(const char *) = (int (*)(const char *))dlsym(RTLD_NEXT, "unlink");
    int result = next(path);
    if (result == 0) happened("unlink", path);
    return result;
}
