package drive

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
)

// keeping is how long the store may take to keep a token. The call that brought it may be over by then.
const keeping = 10 * time.Second

// keeper stands between rclone and Tokens. rclone reads its options from it and writes into it what it learned; what is worth keeping over
// restarts goes to Tokens, the rest stays here. What could not be kept is tried again before each call: a token that replaced another
// one is the only one that lets us in.
type keeper struct {
	source  string
	tokens  remote.Tokens // of this source
	options map[string]string

	mu      sync.Mutex
	learned map[string]string // by option
	unkept  map[string]string // by key
}

func newKeeper(s remote.Location, options map[string]string) *keeper {
	return &keeper{source: s.Source, tokens: s.Tokens, options: options, learned: map[string]string{}, unkept: map[string]string{}}
}

// mapper is what rclone wants: options by name. What was kept or learned comes before what is configured, because it is newer.
func (k *keeper) mapper(kind string) *configmap.Map {
	return configmap.New().
		AddGetter(k, configmap.PriorityNormal).
		AddGetter(defaults(kind), configmap.PriorityDefault).
		AddSetter(k)
}

// recall reads what was kept at an earlier time.
func (k *keeper) recall(ctx context.Context) error {
	if k.tokens == nil {
		return nil
	}
	for _, option := range []string{"token", "host_keys", "drive_id", "drive_type"} {
		if option != "token" && k.options[option] != "" {
			continue // a person said so
		}
		value, _, err := k.tokens.Token(ctx, k.key(option))
		if err != nil {
			return fmt.Errorf("recall what %s was given to get in: %w", k.source, err)
		}
		if value != "" {
			k.learned[option] = value
		}
	}
	return nil
}

// key is what an option is kept under. A pinned key belongs to a server, and a token to the one it came of: if a person configures another
// one, that is the one to use.
func (k *keeper) key(option string) string {
	switch {
	case option == "host_keys":
		return option + "/" + net.JoinHostPort(k.options["host"], k.options["port"])
	case option == "token" && k.options["token"] != "":
		sum := sha256.Sum256([]byte(k.options["token"]))
		return option + "/" + hex.EncodeToString(sum[:4])
	}
	return option
}

// Get is for rclone.
func (k *keeper) Get(option string) (string, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if value, ok := k.learned[option]; ok {
		return value, true
	}
	if option == "pin_host_key" && k.learned["host_keys"] != "" {
		return "false", true // or another kind of key would be trusted too
	}
	value, ok := k.options[option]
	return value, ok
}

// Set is for rclone.
func (k *keeper) Set(option, value string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.learned[option] = value
	switch option {
	case "token", "host_keys", "drive_id", "drive_type":
		k.unkept[k.key(option)] = value
		_ = k.keep() // tried again, and told, before the next call
	}
}

// flush keeps what could not be kept before.
func (k *keeper) flush() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.keep()
}

func (k *keeper) keep() error {
	if k.tokens == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), keeping)
	defer cancel()
	var errs []error
	for key, value := range k.unkept {
		if err := k.tokens.KeepToken(ctx, key, value); err != nil {
			errs = append(errs, fmt.Errorf("keep %s: %w", key, err))
			continue
		}
		delete(k.unkept, key)
	}
	return errors.Join(errs...)
}

// has says whether there is a value for one of the options.
func (k *keeper) has(options ...string) bool {
	for _, option := range options {
		if value, _ := k.Get(option); value != "" && value != "false" {
			return true
		}
	}
	return false
}

// defaults gives rclone's own.
type defaults string

// Get is for rclone.
func (kind defaults) Get(name string) (string, bool) {
	option := optionOf(string(kind), name)
	if option == nil {
		return "", false
	}
	return option.String(), true
}
