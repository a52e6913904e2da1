package sheet

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"encoding/binary"
	"hash"
	"io"
	"unicode/utf16"
)

// decrypt gives the workbook inside an encrypted one ([MS-OFFCRYPTO], agile and standard encryption).
//
// # Why not excelize.Decrypt
//
// It does not look whether the password fits and hands out noise, panics on a damaged file, makes buffers of any size that the file asks
// for, and turns the hash as often as the file says. A test compares both.
func decrypt(r io.ReaderAt, size int64, password string, most int64) ([]byte, error) {
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
	body, _, err := c.stream("EncryptedPackage", most)
	if err != nil {
		return nil, err
	}
	if len(body) < 8 {
		return nil, corrupt("the container of the encrypted workbook is damaged (no content): copy or save the file again")
	}
	plain := binary.LittleEndian.Uint64(body)
	body = body[8:]
	major, minor := binary.LittleEndian.Uint16(info), binary.LittleEndian.Uint16(info[2:])
	switch {
	case major == 4 && minor == 4:
		err = decryptAgile(info[8:], body, password)
	case major >= 2 && major <= 4 && minor == 2:
		err = decryptStandard(info[8:], body, password)
	default:
		err = unknownCipher()
	}
	if err != nil {
		return nil, err
	}
	if plain > uint64(len(body)) {
		return nil, corrupt("the container of the encrypted workbook is damaged (a size that is larger than the content): copy or save the file again")
	}
	return body[:plain], nil
}

func unknownCipher() error {
	return unreadable(CodeEncrypted, "the workbook is encrypted in a way that is not read: open it in Excel, remove the password and save it")
}

func wrongPassword() error {
	return unreadable(CodeEncrypted, "the workbook is encrypted and the password does not fit: correct the password, or save the workbook with the right one or without")
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

// decryptStandard decrypts in place what Excel 2007 and excelize write: AES, each block for itself.
func decryptStandard(info, body []byte, password string) error {
	const spins, notSaid = 50_000, 0
	if len(info) < 4 {
		return corrupt("the container of the encrypted workbook is damaged (its description): copy or save the file again")
	}
	header := int64(binary.LittleEndian.Uint32(info))
	if header < 32 || int64(len(info)) < 4+header+72 {
		return corrupt("the container of the encrypted workbook is damaged (its description): copy or save the file again")
	}
	method, bits := binary.LittleEndian.Uint32(info[12:]), binary.LittleEndian.Uint32(info[20:])
	if bits != 128 && bits != 192 && bits != 256 || method != notSaid && (method < 0x660E || method > 0x6610) {
		return unknownCipher()
	}
	verifier := info[4+header:]
	h := sha1.New()
	last := digest(h, spin(h, verifier[4:20], password, spins), make([]byte, 4))
	key := append(digest(h, padded(last, 0x36)), digest(h, padded(last, 0x5C))...)[:bits/8]
	block, err := aes.NewCipher(key)
	if err != nil {
		return err
	}
	input, want := verifier[20:36], verifier[40:72]
	blocks(block, input)
	blocks(block, want)
	if !bytes.Equal(digest(h, input), want[:sha1.Size]) {
		return wrongPassword()
	}
	blocks(block, body)
	return nil
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
