package assembly

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/message"
)

// tokenKey returns a func that reads the key that the logins of drives are encrypted with. The first call creates it.
func tokenKey(cfg config.Store) func() ([]byte, error) {
	return func() ([]byte, error) {
		path := cfg.TokenKeyFile
		if file, ok := cfg.Embedded(); ok && path == "" {
			path = file + ".token.key"
		}
		if path == "" {
			return nil, message.Errorf("store.token_key_file is not set; write the path of a file for the key that encrypts logins, the same on every host")
		}
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			if err := makeKey(path); err != nil {
				return nil, fmt.Errorf("create the key for logins: %w", err)
			}
		}
		text, err := config.Secret(path)
		if err != nil {
			return nil, fmt.Errorf("read the key for logins: %w", err)
		}
		key, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(key) != keyBytes {
			return nil, message.Errorf("%s does not contain a valid key: use the file that inlet has created", path)
		}
		return key, nil
	}
}

const keyBytes = 32

// makeKey writes a new key file, whole or not at all. A key that another process has written meanwhile stays.
func makeKey(path string) error {
	key := make([]byte, keyBytes)
	_, _ = rand.Read(key) // never fails, see crypto/rand
	temp, err := files.WriteTemp(path, strings.NewReader(base64.StdEncoding.EncodeToString(key)+"\n"), 0o600)
	if err != nil {
		return err
	}
	err = files.RenameFree(temp, path)
	if err == nil {
		return nil
	}
	_ = os.Remove(temp)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}
