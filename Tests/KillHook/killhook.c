// Kills the process it is preloaded into (SIGKILL) right after one of its renames or removals below a folder: the moments at which a crash-safe
// program changes what it left behind. The environment says where and which:
//   HUMPBACK_KILL_UNDER   the folder, as an absolute path
//   HUMPBACK_KILL_AFTER   the number of the event, from 1; 0 kills at none
//   HUMPBACK_KILL_LOG     a file that receives a line an event: the call, the path below the folder, and for a rename the size of what came
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int events = 0;

static void happened(const char *call, const char *path) {
    const char *under = getenv("HUMPBACK_KILL_UNDER");
    if (under == NULL || path == NULL || strncmp(path, under, strlen(under)) != 0) return;
    struct stat status;
    long long size = stat(path, &status) == 0 && S_ISREG(status.st_mode) ? (long long)status.st_size : 0;
    char line[4096];
    int length = snprintf(line, sizeof line, "%s %s %lld\n", call, path + strlen(under), size);
    const char *log = getenv("HUMPBACK_KILL_LOG");
    if (log != NULL && length > 0 && length < (int)sizeof line) {
        int file = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        if (file >= 0) {
            if (write(file, line, (size_t)length) < 0) perror("killhook");
            close(file);
        }
    }
    const char *after = getenv("HUMPBACK_KILL_AFTER");
    if (__atomic_add_fetch(&events, 1, __ATOMIC_SEQ_CST) == (after == NULL ? 0 : atoi(after))) kill(getpid(), SIGKILL);
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

int rmdir(const char *path) {
    int (*next)(const char *) = (int (*)(const char *))dlsym(RTLD_NEXT, "rmdir");
    int result = next(path);
    if (result == 0) happened("rmdir", path);
    return result;
}
