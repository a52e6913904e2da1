package encrypted

import (
	"bufio"
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"unicode/utf16"

	"inlet.example/inlet/pipeline/sheet/internal/fault"
	"inlet.example/inlet/pipeline/sheet/internal/stream"
)

// builtInPassword is what Excel encrypts with if a workbook is only protected against changes. Excel tries it before it asks for a
// password.
const builtInPassword = "VelvetSweatshop"

// Decrypt writes the workbook inside an encrypted one into a temporary file and returns its size; the bytes after it are padding. It
// tries the password, unless that is "", and then the built-in one of Excel. most bounds the size of the encrypted file.
func Decrypt(ctx context.Context, r io.ReaderAt, size int64, password string, most int64) (*os.File, int64, error) {
	if size > most {
		return nil, 0, tooLarge(most)
	}
	c, err := openContainer(r, size)
	if err != nil {
		return nil, 0, err
	}
	info, err := c.info()
	if err != nil {
		return nil, 0, err
	}
	passwords := []string{builtInPassword}
	if password != "" {
		passwords = []string{password, builtInPassword}
	}
	open, err := unlock(ctx, info, passwords)
	if err != nil {
		return nil, 0, err
	}
	body, length, err := c.open("EncryptedPackage", most)
	if err != nil {
		return nil, 0, err
	}
	var head [8]byte
	if length < int64(len(head)) {
		return nil, 0, fault.Corrupt("the container of the encrypted workbook is damaged (no content): copy or save the file again")
	}
	if _, err := io.ReadFull(body, head[:]); err != nil {
		return nil, 0, fault.InEncryption(err)
	}
	plain := binary.LittleEndian.Uint64(head[:])
	if plain > uint64(length)-uint64(len(head)) {
		return nil, 0, fault.Corrupt("the container of the encrypted workbook is damaged (a size that is larger than the content): copy or save the file again")
	}
	file, err := stream.TempFile()
	if err != nil {
		return nil, 0, err
	}
	if err := decryptTo(file, stream.WithContext(ctx, body), open); err != nil {
		file.Close()
		return nil, 0, err
	}
	return file, int64(plain), nil
}

// info returns the description of the encryption.
func (c *container) info() ([]byte, error) {
	const most, least = 64 << 10, 8
	r, size, err := c.open("EncryptionInfo", most)
	if err != nil {
		return nil, err
	}
	if size < least {
		return nil, fault.New(fault.CodeEncrypted, "the workbook is protected by rights management and opens only for some people: save it without this protection")
	}
	info, err := io.ReadAll(r)
	return info, fault.InEncryption(err)
}

// segment is how many bytes are decrypted at once; agile encryption has an initialization vector for each segment.
const segment = 4096

// opener decrypts the n-th segment of the content in place. The last segment may be shorter; what it has beyond whole blocks is
// meaningless.
type opener func(n int, segment []byte)

// decryptTo decrypts the content into a file.
func decryptTo(file *os.File, body io.Reader, open opener) error {
	out, buf := bufio.NewWriterSize(file, 64<<10), make([]byte, segment)
	for n := 0; ; n++ {
		got, err := io.ReadFull(body, buf)
		last := err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return fault.InEncryption(err)
		}
		open(n, buf[:got&^(aes.BlockSize-1)])
		if _, err := out.Write(buf[:got]); err != nil {
			return fmt.Errorf("write the decrypted workbook to a temporary file: %w", err)
		}
		if last {
			break
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the decrypted workbook to a temporary file: %w", err)
	}
	return nil
}

// unlock tries the passwords and returns what decrypts the content.
func unlock(ctx context.Context, info []byte, passwords []string) (open opener, err error) {
	major, minor := binary.LittleEndian.Uint16(info), binary.LittleEndian.Uint16(info[2:])
	var try func(ctx context.Context, info []byte, password string) (opener, error)
	switch {
	case major == 4 && minor == 4:
		try = unlockAgile
	case major >= 2 && major <= 4 && minor == 2:
		try = unlockStandard
	default:
		return nil, unknownCipher()
	}
	for _, p := range passwords {
		open, err = try(ctx, bytes.Clone(info[8:]), p) // decrypted in place, so each try has its own
		if !IsWrongPassword(err) {
			return open, err
		}
	}
	return nil, err
}

func unknownCipher() error {
	return fault.New(fault.CodeEncrypted, "the workbook is encrypted with a method that is not supported: open it in Excel, remove the password and save it")
}

const doesNotFit = "the workbook is encrypted and the password is wrong: correct the password, or save the workbook with the right password or without one"

func wrongPassword() error { return fault.New(fault.CodeEncrypted, doesNotFit) }

// IsWrongPassword reports whether an error says that no password fits.
func IsWrongPassword(err error) bool {
	u, ok := errors.AsType[*fault.Unreadable](err)
	return ok && u.Format == doesNotFit
}

// utf16Bytes returns a password as it is hashed, in UTF-16.
func utf16Bytes(password string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(password)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// hashPassword hashes the password many times, which makes guessing slow.
func hashPassword(ctx context.Context, h hash.Hash, salt []byte, password string, times uint32) ([]byte, error) {
	sum := hashOf(h, salt, utf16Bytes(password))
	var count [4]byte
	for i := range times {
		if i%10_000 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		binary.LittleEndian.PutUint32(count[:], i)
		h.Reset()
		h.Write(count[:])
		h.Write(sum)
		sum = h.Sum(sum[:0])
	}
	return sum, nil
}

func hashOf(h hash.Hash, parts ...[]byte) []byte {
	h.Reset()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

// unlockStandard opens what Excel 2007 and excelize write: AES in ECB mode.
func unlockStandard(ctx context.Context, info []byte, password string) (opener, error) {
	const spins, notSaid = 50_000, 0
	if len(info) < 4 {
		return nil, fault.Corrupt("the container of the encrypted workbook is damaged (its description): copy or save the file again")
	}
	header := int64(binary.LittleEndian.Uint32(info))
	if header < 32 || int64(len(info)) < 4+header+72 {
		return nil, fault.Corrupt("the container of the encrypted workbook is damaged (its description): copy or save the file again")
	}
	method, bits := binary.LittleEndian.Uint32(info[12:]), binary.LittleEndian.Uint32(info[20:])
	if bits != 128 && bits != 192 && bits != 256 || method != notSaid && (method < 0x660E || method > 0x6610) {
		return nil, unknownCipher()
	}
	verifier := info[4+header:]
	h := sha1.New()
	sum, err := hashPassword(ctx, h, verifier[4:20], password, spins)
	if err != nil {
		return nil, err
	}
	last := hashOf(h, sum, make([]byte, 4))
	key := append(hashOf(h, hmacPad(last, 0x36)), hashOf(h, hmacPad(last, 0x5C))...)[:bits/8]
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	input, want := verifier[20:36], verifier[40:72]
	decryptECB(block, input)
	decryptECB(block, want)
	if !bytes.Equal(hashOf(h, input), want[:sha1.Size]) {
		return nil, wrongPassword()
	}
	return func(_ int, b []byte) { decryptECB(block, b) }, nil
}

// hmacPad mixes a key with the pad of HMAC.
func hmacPad(key []byte, pad byte) []byte {
	b := bytes.Repeat([]byte{pad}, 64)
	for i, k := range key {
		b[i] ^= k
	}
	return b
}

// decryptECB decrypts whole blocks in place.
func decryptECB(c cipher.Block, b []byte) {
	for ; len(b) >= aes.BlockSize; b = b[aes.BlockSize:] {
		c.Decrypt(b, b)
	}
}
