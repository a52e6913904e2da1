package drive

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// TestHostKey pins the first key, keeps it, and talks to no other server afterwards.
func TestHostKey(t *testing.T) {
	t.Parallel()
	p := rcloneSFTP(t)
	opened(t, p)
	tokens := p.settings.Tokens.(*kept).tokens
	if len(tokens) != 1 {
		t.Fatalf("kept %v", tokens)
	}
	for key, value := range tokens {
		if !strings.HasPrefix(key, "host_keys/127.0.0.1:") || !strings.Contains(value, "ssh-ed25519") {
			t.Errorf("kept %s = %s", key, value)
		}
	}
	other := rcloneSFTP(t)
	p.wire.to.Store(other.wire.Addr().String()) // as if another host were in between
	err := fails(t, p)
	if !isDenied(err) || !strings.Contains(err.Error(), "the server's key has changed") || strings.Contains(err.Error(), "rclone") || strings.Contains(err.Error(), "--sftp") {
		t.Errorf("got %v", err)
	}
}

func TestKnownHosts(t *testing.T) {
	t.Parallel()
	p := rcloneSFTP(t)
	file := filepath.Join(t.TempDir(), "known_hosts")
	delete(p.settings.Options, "pin_host_key")
	p.settings.Options["known_hosts_file"] = file
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := fails(t, p); !isDenied(err) || !strings.Contains(err.Error(), "not in known_hosts_file") {
		t.Errorf("got %v", err)
	}
	key := keyOf(t, p)
	line := knownhosts.Line([]string{knownhosts.Normalize(p.wire.Addr().String())}, key)
	if err := os.WriteFile(file, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	opened(t, p)
}

// keyOf asks a server for its key.
func keyOf(t *testing.T, p *place) ssh.PublicKey {
	t.Helper()
	var key ssh.PublicKey
	config := &ssh.ClientConfig{User: "anna", HostKeyCallback: func(_ string, _ net.Addr, k ssh.PublicKey) error {
		key = k
		return nil
	}}
	if c, err := ssh.Dial("tcp", p.wire.Addr().String(), config); err == nil {
		c.Close()
	}
	return key
}
