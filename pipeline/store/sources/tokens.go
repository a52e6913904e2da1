package sources

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"

	"inlet.example/inlet/pipeline/store/engine"
)

// Tokens are what sources gave to log in with, sealed.
type Tokens struct {
	docs engine.Documents

	// Key returns the 32 bytes that tokens are sealed with. Without it no token can be kept.
	Key func() ([]byte, error)
}

// NewTokens returns the tokens in a database.
func NewTokens(docs engine.Documents) *Tokens { return &Tokens{docs: docs} }

// token is the document with one token.
type token struct {
	Sealed []byte `json:"sealed"`
}

// Token returns the token that was kept under a key, and whether there is one.
func (t *Tokens) Token(ctx context.Context, source, key string) (string, bool, error) {
	var kept token
	there, err := engine.LoadInto(ctx, t.docs, engine.Sources, tokenID(source, key), &kept)
	if err != nil {
		return "", false, fmt.Errorf("look up the login of source %s: %w", source, err)
	}
	if !there || len(kept.Sealed) == 0 {
		return "", false, nil
	}
	seal, err := t.seal()
	if err != nil {
		return "", false, fmt.Errorf("decrypt the login of source %s: %w", source, err)
	}
	n := min(seal.NonceSize(), len(kept.Sealed))
	text, err := seal.Open(nil, kept.Sealed[:n], kept.Sealed[n:], []byte(tokenID(source, key)))
	if err != nil {
		return "", false, fmt.Errorf("decrypt the login of source %s: it was encrypted with another key file; log in again with `inlet source login %s`", source, source)
	}
	return string(text), true, nil
}

// KeepToken keeps a token of a source, sealed, in place of the one before; "" removes it.
func (t *Tokens) KeepToken(ctx context.Context, source, key, value string) error {
	var sealed []byte
	if value != "" {
		seal, err := t.seal()
		if err != nil {
			return fmt.Errorf("store the login of source %s: %w", source, err)
		}
		nonce := make([]byte, seal.NonceSize())
		_, _ = rand.Read(nonce) // it returns no error
		sealed = seal.Seal(nonce, nonce, []byte(value), []byte(tokenID(source, key)))
	}
	if _, err := engine.Update(ctx, t.docs, engine.Sources, tokenID(source, key), func(now *token) { now.Sealed = sealed }); err != nil {
		return fmt.Errorf("store the login of source %s: %w", source, err)
	}
	return nil
}

func (t *Tokens) seal() (cipher.AEAD, error) {
	if t.Key == nil {
		return nil, errors.New("there is no key to encrypt it with")
	}
	key, err := t.Key()
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
