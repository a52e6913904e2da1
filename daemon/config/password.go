package config

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"unicode/utf8"
)

const longestPassword = 4 << 10 // bytes; Excel takes 255 letters

// OpenToOthers reports whether other users of this host may read a file of a mode.
func OpenToOthers(mode fs.FileMode) bool {
	return runtime.GOOS != "windows" && mode.Perm()&0o077 != 0 // Windows keeps its rights elsewhere
}

// mounted reports whether a file is a secret that Docker or Podman mounts: it cannot be reached from outside the container, whatever its mode says.
func mounted(path string) bool {
	return strings.HasPrefix(path, "/run/secrets/") || strings.HasPrefix(path, "/var/run/secrets/")
}

// Secret reads a file that holds one line, as it is now: a password, a key or a URL. It comes without the newline that an editor puts behind
// it; spaces may be part of a password.
func Secret(path string) (string, error) {
	text, err := readOwn(path, longestPassword)
	if err != nil {
		return "", err
	}
	if strings.ContainsAny(text, "\r\n") {
		return "", Say("%s must contain one line of UTF-8 text, the password", path)
	}
	return text, nil
}

// SecretText reads a file that may hold several lines, as it is now: a key in PEM, an account in JSON.
func SecretText(path string) (string, error) { return readOwn(path, longestSecret) }

const longestSecret = 64 << 10 // bytes

// FromVariable begins what stands for a variable where a file with a secret could.
const FromVariable = "env:"

// readOwn gives the text of a file that is inlet's alone, or of a variable.
func readOwn(path string, longest int64) (string, error) {
	if name, ok := strings.CutPrefix(path, FromVariable); ok {
		if text := os.Getenv(name); text != "" {
			return text, nil
		}
		return "", Say("the environment variable %s is not set; set it for inlet, or write the path of a file", name)
	}
	info, err := os.Stat(path) // before it is opened: opening a pipe would block
	if err != nil {
		return "", Say("%v; write the path of a file that contains the password", err)
	}
	if !info.Mode().IsRegular() {
		return "", Say("%s is not a regular file; write the path of a file that contains the password", path)
	}
	if OpenToOthers(info.Mode()) && !mounted(path) {
		return "", Say("other users can read the password in the file; run chmod 600 %s, or mount it with mode 0400", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return "", Say("%v; use chown to give it to the user that inlet runs as", err)
	}
	content, err := io.ReadAll(io.LimitReader(file, longest+1))
	if err := errors.Join(err, file.Close()); err != nil {
		return "", Say("cannot be read: %v", err)
	}
	text := strings.TrimPrefix(string(content), "\ufeff") // Notepad writes the mark
	text = strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r")
	if text == "" || int64(len(content)) > longest || strings.Contains(text, "\x00") || !utf8.ValidString(text) {
		return "", Say("%s must contain one line of UTF-8 text, the password", path)
	}
	return text, nil
}
