package store

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
)

// token is what a source was given to log in with. It is sealed: who has a copy of the database has no login.
//
// It is kept in the database and not in a file of its own, because a drive gives a new one with each login and takes the old one back: a
// daemon that moves to another host, or a container without a disk, must find the newest. The key that it is sealed with is a file.
type token struct {
	Sealed []byte `json:"sealed"`
}

// Token returns what KeepToken was given under a key, and whether that was anything.
func (s *Store) Token(ctx context.Context, source, key string) (string, bool, error) {
	var t token
	there, err := s.loadFrom(ctx, Sources, tokenID(source, key), &t)
	if err != nil {
		return "", false, fmt.Errorf("look up the login of source %s: %w", source, err)
	}
	if !there || len(t.Sealed) == 0 {
		return "", false, nil
	}
	seal, err := s.seal()
	if err != nil {
		return "", false, fmt.Errorf("open the login of source %s: %w", source, err)
	}
	n := min(seal.NonceSize(), len(t.Sealed))
	text, err := seal.Open(nil, t.Sealed[:n], t.Sealed[n:], []byte(tokenID(source, key)))
	if err != nil {
		return "", false, fmt.Errorf("open the login of source %s: it was sealed with another key file; log in again with `inlet source login %s`", source, source)
	}
	return string(text), true, nil
}

// KeepToken keeps a token of a source, sealed, in the place of the one before; "" forgets it.
func (s *Store) KeepToken(ctx context.Context, source, key, value string) error {
	var sealed []byte
	if value != "" {
		seal, err := s.seal()
		if err != nil {
			return fmt.Errorf("keep the login of source %s: %w", source, err)
		}
		nonce := make([]byte, seal.NonceSize())
		_, _ = rand.Read(nonce) // it has no error to give
		sealed = seal.Seal(nonce, nonce, []byte(value), []byte(tokenID(source, key)))
	}
	if _, err := change(ctx, s, Sources, tokenID(source, key), func(t *token) { t.Sealed = sealed }); err != nil {
		return fmt.Errorf("keep the login of source %s: %w", source, err)
	}
	return nil
}

func (s *Store) seal() (cipher.AEAD, error) {
	if s.TokenKey == nil {
		return nil, errors.New("there is no key to seal it with")
	}
	key, err := s.TokenKey()
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func tokenID(source, key string) string { return "token/" + source + "/" + key }
