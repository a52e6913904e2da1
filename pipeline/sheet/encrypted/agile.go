package encrypted

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

// agileXML is the description of agile encryption.
type agileXML struct {
	Data agileKey       `xml:"keyData"`
	Keys []encryptedKey `xml:"keyEncryptors>keyEncryptor>encryptedKey"`
}

// agileKey is how something is encrypted.
type agileKey struct {
	Bits     int         `xml:"keyBits,attr"`
	Cipher   string      `xml:"cipherAlgorithm,attr"`
	Chaining string      `xml:"cipherChaining,attr"`
	Hash     string      `xml:"hashAlgorithm,attr"`
	Salt     base64Bytes `xml:"saltValue,attr"`
}

// encryptedKey is the key of the workbook, encrypted with the password.
type encryptedKey struct {
	agileKey
	SpinCount uint32      `xml:"spinCount,attr"`
	Input     base64Bytes `xml:"encryptedVerifierHashInput,attr"`
	Want      base64Bytes `xml:"encryptedVerifierHashValue,attr"`
	Key       base64Bytes `xml:"encryptedKeyValue,attr"`
}

// base64Bytes is bytes that the XML has in base64.
type base64Bytes []byte

// UnmarshalText decodes them.
func (b *base64Bytes) UnmarshalText(text []byte) (err error) {
	*b, err = base64.StdEncoding.AppendDecode(nil, text)
	return err
}

var hashes = map[string]func() hash.Hash{"MD5": md5.New, "SHA1": sha1.New, "SHA-1": sha1.New, "SHA256": sha256.New, "SHA384": sha512.New384, "SHA512": sha512.New}

// usable reports whether the way of encryption is read: the one that all versions of Excel write.
func (k *agileKey) usable() bool {
	return hashes[k.Hash] != nil && k.Cipher == "AES" && k.Chaining == "ChainingModeCBC" && (k.Bits == 128 || k.Bits == 192 || k.Bits == 256)
}

// What is encrypted under the password has a key of its own each.
var (
	inputKey = []byte{0xfe, 0xa7, 0xd2, 0x76, 0x3b, 0x4b, 0x9e, 0x79}
	wantKey  = []byte{0xd7, 0xaa, 0x0f, 0x6d, 0x30, 0x61, 0x34, 0x4e}
	dataKey  = []byte{0x14, 0x6e, 0x0b, 0xe7, 0xab, 0xac, 0xd0, 0xd6}
)

// maxSpinCount is ten times the number that Excel uses, and takes a second.
const maxSpinCount = 1_000_000

// unlockAgile opens what Excel writes since 2010, and LibreOffice: AES in CBC mode, in segments of 4,096 bytes.
func unlockAgile(ctx context.Context, info []byte, password string) (opener, error) {
	var doc agileXML
	if err := xml.Unmarshal(info, &doc); err != nil {
		return nil, fault.InEncryption(err)
	}
	if len(doc.Keys) != 1 || !doc.Data.usable() || !doc.Keys[0].usable() {
		return nil, unknownCipher()
	}
	if doc.Keys[0].SpinCount > maxSpinCount {
		return nil, fault.New(fault.CodeLimit, "the workbook requires its password to be hashed %s times, more than the limit of %s; Excel uses 100,000", doc.Keys[0].SpinCount, maxSpinCount)
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

// opener decrypts segments, each with an initialization vector of its own.
func (k *agileKey) opener(block cipher.Block) opener {
	h := hashes[k.Hash]()
	return func(n int, b []byte) {
		number := binary.LittleEndian.AppendUint32(nil, uint32(n))
		decryptCBC(block, resized(hashOf(h, k.Salt, number), aes.BlockSize), b)
	}
}

// open returns the key of the workbook, if the password is right.
func (l *encryptedKey) open(ctx context.Context, password string) ([]byte, error) {
	for _, b := range [][]byte{l.Input, l.Want, l.Key} {
		if len(b) == 0 || len(b)%aes.BlockSize != 0 {
			return nil, fault.Corrupt("the container of the encrypted workbook is damaged (its key): copy or save the file again")
		}
	}
	h := hashes[l.Hash]()
	sum, err := hashPassword(ctx, h, l.Salt, password, l.SpinCount)
	if err != nil {
		return nil, err
	}
	for _, part := range []struct{ under, what []byte }{{inputKey, l.Input}, {wantKey, l.Want}, {dataKey, l.Key}} {
		block, err := aes.NewCipher(resized(hashOf(h, sum, part.under), l.Bits/8))
		if err != nil {
			return nil, err
		}
		decryptCBC(block, resized(bytes.Clone(l.Salt), aes.BlockSize), part.what)
	}
	if want := hashOf(h, l.Input); len(l.Want) < len(want) || !bytes.Equal(want, l.Want[:len(want)]) {
		return nil, wrongPassword()
	}
	return l.Key, nil
}

// decryptCBC decrypts whole blocks in place.
func decryptCBC(c cipher.Block, iv, b []byte) { cipher.NewCBCDecrypter(c, iv).CryptBlocks(b, b) }

// resized cuts bytes to a length, or pads them as [MS-OFFCRYPTO] says.
func resized(b []byte, n int) []byte {
	for len(b) < n {
		b = append(b, 0x36)
	}
	return b[:n]
}
