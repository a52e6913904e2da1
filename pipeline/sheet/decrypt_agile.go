package sheet

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/xml"
	"hash"

	"inlet.example/inlet/pipeline/sheet/internal/fault"
)

type agileXML struct {
	Data agileKey    `xml:"keyData"`
	Keys []agileLock `xml:"keyEncryptors>keyEncryptor>encryptedKey"`
}

type agileKey struct {
	Bits     int    `xml:"keyBits,attr"`
	Cipher   string `xml:"cipherAlgorithm,attr"`
	Chaining string `xml:"cipherChaining,attr"`
	Hash     string `xml:"hashAlgorithm,attr"`
	Salt     base   `xml:"saltValue,attr"`
}

// agileLock is the key of the workbook under the password.
type agileLock struct {
	agileKey
	Spins uint32 `xml:"spinCount,attr"`
	Input base   `xml:"encryptedVerifierHashInput,attr"`
	Want  base   `xml:"encryptedVerifierHashValue,attr"`
	Key   base   `xml:"encryptedKeyValue,attr"`
}

// base is bytes in base64.
type base []byte

// UnmarshalText decodes them.
func (b *base) UnmarshalText(text []byte) (err error) {
	*b, err = base64.StdEncoding.AppendDecode(nil, text)
	return err
}

var hashes = map[string]func() hash.Hash{"MD5": md5.New, "SHA1": sha1.New, "SHA-1": sha1.New, "SHA256": sha256.New, "SHA384": sha512.New384, "SHA512": sha512.New}

// usable says whether it is a way of encryption that is read: the one of all versions of Excel.
func (k *agileKey) usable() bool {
	return hashes[k.Hash] != nil && k.Cipher == "AES" && k.Chaining == "ChainingModeCBC" && (k.Bits == 128 || k.Bits == 192 || k.Bits == 256)
}

// What is encrypted under the password has a key of its own each.
var (
	inputKey = []byte{0xfe, 0xa7, 0xd2, 0x76, 0x3b, 0x4b, 0x9e, 0x79}
	wantKey  = []byte{0xd7, 0xaa, 0x0f, 0x6d, 0x30, 0x61, 0x34, 0x4e}
	dataKey  = []byte{0x14, 0x6e, 0x0b, 0xe7, 0xab, 0xac, 0xd0, 0xd6}
)

// mostSpins is ten times what Excel uses, and takes a second.
const mostSpins = 1_000_000

// unlockAgile opens what Excel writes since 2010, and LibreOffice: AES in chains of 4,096 bytes.
func unlockAgile(ctx context.Context, info []byte, password string) (opener, error) {
	var doc agileXML
	if err := xml.Unmarshal(info, &doc); err != nil {
		return nil, fault.InEncryption(err)
	}
	if len(doc.Keys) != 1 || !doc.Data.usable() || !doc.Keys[0].usable() {
		return nil, unknownCipher()
	}
	if doc.Keys[0].Spins > mostSpins {
		return nil, fault.New(fault.CodeLimit, "the workbook wants its password hashed %s times, more than %s: Excel does so 100,000 times", doc.Keys[0].Spins, mostSpins)
	}
	key, err := doc.Keys[0].open(ctx, password)
	if err != nil {
		return nil, err
	}
	if len(key) < doc.Data.Bits/8 {
		return nil, fault.Corrupt("the container of the encrypted workbook is damaged (its key): copy or save the file again")
	}
	block, err := aes.NewCipher(key[:doc.Data.Bits/8])
	if err != nil {
		return nil, err
	}
	return doc.Data.opener(block), nil
}

// opener decrypts segments, each of which is a chain of its own.
func (k *agileKey) opener(block cipher.Block) opener {
	h := hashes[k.Hash]()
	return func(n int, b []byte) {
		number := binary.LittleEndian.AppendUint32(nil, uint32(n))
		unchain(block, fitted(digest(h, k.Salt, number), aes.BlockSize), b)
	}
}

// open gives the key of the workbook, if the password fits.
func (l *agileLock) open(ctx context.Context, password string) ([]byte, error) {
	for _, b := range [][]byte{l.Input, l.Want, l.Key} {
		if len(b) == 0 || len(b)%aes.BlockSize != 0 {
			return nil, fault.Corrupt("the container of the encrypted workbook is damaged (its key): copy or save the file again")
		}
	}
	h := hashes[l.Hash]()
	sum, err := spin(ctx, h, l.Salt, password, l.Spins)
	if err != nil {
		return nil, err
	}
	for _, part := range []struct{ under, what []byte }{{inputKey, l.Input}, {wantKey, l.Want}, {dataKey, l.Key}} {
		block, err := aes.NewCipher(fitted(digest(h, sum, part.under), l.Bits/8))
		if err != nil {
			return nil, err
		}
		unchain(block, fitted(bytes.Clone(l.Salt), aes.BlockSize), part.what)
	}
	if want := digest(h, l.Input); len(l.Want) < len(want) || !bytes.Equal(want, l.Want[:len(want)]) {
		return nil, wrongPassword()
	}
	return l.Key, nil
}

// unchain decrypts whole blocks in place.
func unchain(c cipher.Block, iv, b []byte) { cipher.NewCBCDecrypter(c, iv).CryptBlocks(b, b) }

// fitted cuts or fills bytes to a length.
func fitted(b []byte, n int) []byte {
	for len(b) < n {
		b = append(b, 0x36)
	}
	return b[:n]
}
