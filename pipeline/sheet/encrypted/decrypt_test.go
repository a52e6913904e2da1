package encrypted

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
)

// TestUnlockAgile tries passwords on a description as Excel has written it since 2010.
func TestUnlockAgile(t *testing.T) {
	plain := []byte(strings.Repeat("0123456789abcdef", 1000))
	for _, tt := range []struct {
		under string
		tried []string
		fits  bool
	}{
		{builtInPassword, []string{builtInPassword}, true},
		{builtInPassword, []string{"wrong", builtInPassword}, true},
		{"right", []string{"right", builtInPassword}, true},
		{"right", []string{builtInPassword}, false},
		{"right", []string{"wrong", builtInPassword}, false},
	} {
		info, body := agile(t, tt.under, plain)
		open, err := unlock(t.Context(), info, tt.tried)
		if !tt.fits {
			if !IsWrongPassword(err) {
				t.Errorf("%+v: %v", tt, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%+v: %v", tt, err)
			continue
		}
		for n, b := 0, body; len(b) > 0; n++ {
			open(n, b[:min(len(b), segment)])
			b = b[min(len(b), segment):]
		}
		if !bytes.Equal(body, plain) {
			t.Errorf("%+v: decrypted to %.20q…", tt, body)
		}
	}
}

// TestUnlockRefuses checks that a damaged or unknown description is not taken for a wrong password.
func TestUnlockRefuses(t *testing.T) {
	for _, tt := range []struct{ info, says string }{
		{"\x04\x00\x04\x00\x40\x00\x00\x00<x", "damaged"},
		{"\x04\x00\x04\x00\x40\x00\x00\x00<x/>", "not supported"},
		{"\x03\x00\x02\x00\x40\x00\x00\x00", "damaged"},
		{"\x09\x00\x09\x00\x40\x00\x00\x00", "not supported"},
	} {
		if _, err := unlock(t.Context(), []byte(tt.info), []string{builtInPassword}); err == nil || IsWrongPassword(err) || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%q: %v, want %s", tt.info, err, tt.says)
		}
	}
}

// agile encrypts: AES of 256 bits, SHA-512, 1,000 turns.
func agile(t *testing.T, password string, plain []byte) (info, body []byte) {
	t.Helper()
	const spins = 1000
	salt, dataSalt := []byte("salt of password"), []byte("the salt of data")
	key, input := bytes.Repeat([]byte("k"), 32), []byte("verifier's input")
	h := sha512.New()
	sum, err := hashPassword(t.Context(), h, salt, password, spins)
	if err != nil {
		t.Fatal(err)
	}
	chain := func(key, iv, b []byte) []byte {
		block, err := aes.NewCipher(key)
		if err != nil {
			t.Fatal(err)
		}
		out := bytes.Clone(b)
		cipher.NewCBCEncrypter(block, iv).CryptBlocks(out, out)
		return out
	}
	under := func(part, b []byte) string {
		return base64.StdEncoding.EncodeToString(chain(resized(hashOf(h, sum, part), 32), salt, b))
	}
	const attrs = `keyBits="256" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512"`
	text := fmt.Sprintf(`<encryption><keyData %s saltValue="%s"/><keyEncryptors><keyEncryptor><encryptedKey spinCount="%d" %s saltValue="%s" encryptedVerifierHashInput="%s" encryptedVerifierHashValue="%s" encryptedKeyValue="%s"/></keyEncryptor></keyEncryptors></encryption>`,
		attrs, base64.StdEncoding.EncodeToString(dataSalt), spins, attrs, base64.StdEncoding.EncodeToString(salt), under(inputKey, input), under(wantKey, hashOf(h, input)), under(dataKey, key))
	for i := 0; i*segment < len(plain); i++ {
		number := binary.LittleEndian.AppendUint32(nil, uint32(i))
		body = append(body, chain(key, resized(hashOf(h, dataSalt, number), 16), plain[i*segment:min(len(plain), (i+1)*segment)])...)
	}
	return append([]byte("\x04\x00\x04\x00\x40\x00\x00\x00"), text...), body
}
