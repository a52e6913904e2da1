// Package tokens stands between rclone and the stored logins of a source: rclone reads its options from it, and what it learns (a new token, the key of
// a server) is stored.
package tokens

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/rclone/rclone/fs/config/configmap"
	"inlet.example/inlet/watcher/remote"
	"inlet.example/inlet/watcher/remote/drive/settings"
)

// saveTimeout is how long the store may take to save a token. The call that received it may have ended by then.
const saveTimeout = 10 * time.Second

// Store is between rclone and Tokens. rclone reads its options from it and writes what it has learned into it; what is needed after a restart is
// saved in Tokens, the rest stays here. What could not be saved is tried again before each call: once a token was replaced only the new one is
// valid.
type Store struct {
	source  string
	tokens  remote.Tokens // of this source
	options map[string]string

	mu      sync.Mutex
	learned map[string]string // by option
	unsaved map[string]string // by key
}

// New returns the options of a source as rclone reads them. Load them before they are read.
func New(s remote.Location, options map[string]string) *Store {
	return &Store{source: s.Source, tokens: s.Tokens, options: options, learned: map[string]string{}, unsaved: map[string]string{}}
}

// Mapper returns the options by name, in rclone's type. What was saved or learned comes before the configuration, because it is newer.
func (k *Store) Mapper(kind string) *configmap.Map {
	return configmap.New().
		AddGetter(k, configmap.PriorityNormal).
		AddGetter(defaults(kind), configmap.PriorityDefault).
		AddSetter(k)
}

// Load reads what was saved earlier.
func (k *Store) Load(ctx context.Context) error {
	if k.tokens == nil {
		return nil
	}
	for _, option := range []string{"token", "host_keys", "drive_id", "drive_type"} {
		if option != "token" && k.options[option] != "" {
			continue // it is configured
		}
		value, _, err := k.tokens.Token(ctx, k.key(option))
		if err != nil {
			return fmt.Errorf("load the stored login of %s: %w", k.source, err)
		}
		if value != "" {
			k.learned[option] = value
		}
	}
	return nil
}

// key is the key that an option is saved under. A pinned key belongs to a server, and a token to the configured one that it was derived from: if
// a person configures another one, that one is used.
func (k *Store) key(option string) string {
	switch {
	case option == "host_keys":
		return option + "/" + net.JoinHostPort(k.options["host"], k.options["port"])
	case option == "token" && k.options["token"] != "":
		sum := sha256.Sum256([]byte(k.options["token"]))
		return option + "/" + hex.EncodeToString(sum[:4])
	}
	return option
}

// Get returns an option; rclone calls it.
func (k *Store) Get(option string) (string, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if value, ok := k.learned[option]; ok {
		return value, true
	}
	if option == "pin_host_key" && k.learned["host_keys"] != "" {
		return "false", true // otherwise a key of another kind would be accepted too
	}
	value, ok := k.options[option]
	return value, ok
}

// Set sets an option; rclone calls it.
func (k *Store) Set(option, value string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.learned[option] = value
	switch option {
	case "token", "host_keys", "drive_id", "drive_type":
		k.unsaved[k.key(option)] = value
		_ = k.save() // tried again, and reported, before the next call
	}
}

// Lasts reports whether what is learned is stored.
func (k *Store) Lasts() bool { return k.tokens != nil }

// Flush saves what could not be saved before.
func (k *Store) Flush() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.save()
}

func (k *Store) save() error {
	if k.tokens == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), saveTimeout)
	defer cancel()
	var errs []error
	for key, value := range k.unsaved {
		if err := k.tokens.KeepToken(ctx, key, value); err != nil {
			errs = append(errs, fmt.Errorf("store %s: %w", key, err))
			continue
		}
		delete(k.unsaved, key)
	}
	return errors.Join(errs...)
}

// Has reports whether one of the options has a value.
func (k *Store) Has(options ...string) bool {
	for _, option := range options {
		if value, _ := k.Get(option); value != "" && value != "false" {
			return true
		}
	}
	return false
}

// defaults are rclone's defaults of a kind.
type defaults string

// Get returns an option; rclone calls it.
func (kind defaults) Get(name string) (string, bool) {
	option := settings.Option(string(kind), name)
	if option == nil {
		return "", false
	}
	return option.String(), true
}
