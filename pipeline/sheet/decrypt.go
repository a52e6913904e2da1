package sheet

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"hash"
	"io"
	"unicode/utf16"
)

// builtInPassword is what Excel encrypts with where a workbook is protected against changes only, and tries before it asks for a password.
const builtInPassword = "VelvetSweatshop"

// decrypt gives the workbook inside an encrypted one ([MS-OFFCRYPTO], agile and standard encryption), with the first password that fits.
//
// # Why not excelize.Decrypt
//
// It does not look whether the password fits and hands out noise, panics on a damaged file, makes buffers of any size that the file asks
// for, and turns the hash as often as the file says. A test compares both.
func decrypt(r io.ReaderAt, size int64, passwords []string, most int64) ([]byte, error) {
	if size > most {
		return nil, tooMuch(most)
	}
	c, err := openCompound(r, size)
	if err != nil {
		return nil, err
	}
	const infoBytes = 64 << 10
	info, ok, err := c.stream("EncryptionInfo", infoBytes)
	if err != nil {
		return nil, err
	}
	if !ok || len(info) < 8 {
		return nil, unreadable(CodeEncrypted, "the workbook is protected by rights management and opens for some people only: save it without")
	}
	open, err := unlock(info, passwords)
	if err != nil {
		return nil, err
	}
	body, _, err := c.stream("EncryptedPackage", most)
	if err != nil {
		return nil, err
	}
	if len(body) < 8 {
		return nil, corrupt("the container of the encrypted workbook is damaged (no content): copy or save the file again")
	}
	plain := binary.LittleEndian.Uint64(body)
	body = body[8:]
	open(body)
	if plain > uint64(len(body)) {
		return nil, corrupt("the container of the encrypted workbook is damaged (a size that is larger than the content): copy or save the file again")
	}
	return body[:plain], nil
}

// unlock tries the passwords, and gives what decrypts the content in place.
func unlock(info []byte, passwords []string) (open func(body []byte), err error) {
	major, minor := binary.LittleEndian.Uint16(info), binary.LittleEndian.Uint16(info[2:])
	var try func(info []byte, password string) (func(body []byte), error)
	switch {
	case major == 4 && minor == 4:
		try = unlockAgile
	case major >= 2 && major <= 4 && minor == 2:
		try = unlockStandard
	default:
		return nil, unknownCipher()
	}
	for _, p := range passwords {
		open, err = try(bytes.Clone(info[8:]), p) // decrypted in place, so each try has its own
		if !isWrongPassword(err) {
			return open, err
		}
	}
	return nil, err
}

func unknownCipher() error {
	return unreadable(CodeEncrypted, "the workbook is encrypted in a way that is not read: open it in Excel, remove the password and save it")
}

const doesNotFit = "the workbook is encrypted and the password does not fit: correct the password, or save the workbook with the right one or without"

func wrongPassword() error { return unreadable(CodeEncrypted, doesNotFit) }

func isWrongPassword(err error) bool {
	u, ok := errors.AsType[*Unreadable](err)
	return ok && u.Format == doesNotFit
}

// wide gives a password as it is hashed, in UTF-16.
func wide(password string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(password)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// spin hashes the password over and over, which is what makes guessing slow.
func spin(h hash.Hash, salt []byte, password string, times uint32) []byte {
	sum := digest(h, salt, wide(password))
	var count [4]byte
	for i := range times {
		binary.LittleEndian.PutUint32(count[:], i)
		h.Reset()
		h.Write(count[:])
		h.Write(sum)
		sum = h.Sum(sum[:0])
	}
	return sum
}

func digest(h hash.Hash, parts ...[]byte) []byte {
	h.Reset()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

// unlockStandard opens what Excel 2007 and excelize write: AES, each block for itself.
func unlockStandard(info []byte, password string) (func(body []byte), error) {
	const spins, notSaid = 50_000, 0
	if len(info) < 4 {
		return nil, corrupt("the container of the encrypted workbook is damaged (its description): copy or save the file again")
	}
	header := int64(binary.LittleEndian.Uint32(info))
	if header < 32 || int64(len(info)) < 4+header+72 {
		return nil, corrupt("the container of the encrypted workbook is damaged (its description): copy or save the file again")
	}
	method, bits := binary.LittleEndian.Uint32(info[12:]), binary.LittleEndian.Uint32(info[20:])
	if bits != 128 && bits != 192 && bits != 256 || method != notSaid && (method < 0x660E || method > 0x6610) {
		return nil, unknownCipher()
	}
	verifier := info[4+header:]
	h := sha1.New()
	last := digest(h, spin(h, verifier[4:20], password, spins), make([]byte, 4))
	key := append(digest(h, padded(last, 0x36)), digest(h, padded(last, 0x5C))...)[:bits/8]
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	input, want := verifier[20:36], verifier[40:72]
	blocks(block, input)
	blocks(block, want)
	if !bytes.Equal(digest(h, input), want[:sha1.Size]) {
		return nil, wrongPassword()
	}
	return func(body []byte) { blocks(block, body) }, nil
}

// padded is how HMAC mixes a key with its pad.
func padded(key []byte, pad byte) []byte {
	b := bytes.Repeat([]byte{pad}, 64)
	for i, k := range key {
		b[i] ^= k
	}
	return b
}

// blocks decrypts in place, block by block.
func blocks(c cipher.Block, b []byte) {
	for ; len(b) >= aes.BlockSize; b = b[aes.BlockSize:] {
		c.Decrypt(b, b)
	}
}
