//go:build linux

package drive

import (
	"crypto/ed25519"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// TestDebian runs the suite against servers of Debian: openssh-server, vsftpd, samba, nginx-light with libnginx-mod-http-dav-ext. It needs root.
func TestDebian(t *testing.T) {
	if os.Getenv("INLET_TEST_DEEP") == "" {
		t.Skip("INLET_TEST_DEEP is not set")
	}
	for name, build := range map[string]func(*testing.T) *place{
		"sshd":   debianSFTP,
		"vsftpd": debianFTP,
		"smbd":   debianSMB,
		"nginx":  debianDAV,
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := os.Stat("/usr/sbin/" + name); err != nil || os.Getuid() != 0 {
				t.Skipf("%s is not installed, or this is not root: this kind of server is not tested", name)
			}
			t.Parallel()
			suite(t, build)
		})
	}
}

// TestSambaRefuses names a share that is not there, and a folder that the user may not read.
func TestSambaRefuses(t *testing.T) {
	if _, err := os.Stat("/usr/sbin/smbd"); err != nil || os.Getuid() != 0 || os.Getenv("INLET_TEST_DEEP") == "" {
		t.Skip("needs samba, root and INLET_TEST_DEEP")
	}
	p := debianSMB(t)
	p.settings.Root = "nowhere/in"
	if err := fails(t, p); isDenied(err) || !strings.Contains(err.Error(), "is the share there") {
		t.Errorf("got %v", err)
	}
}

// program starts a server and waits until it takes connections.
func program(t *testing.T, port, name string, args ...string) *wire {
	t.Helper()
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/usr/sbin/"+name, args...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
		_ = cmd.Wait()
		for range 100 { // its children write a last time
			if syscall.Kill(-cmd.Process.Pid, 0) != nil {
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
	})
	for range 100 {
		if c, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
			c.Close()
			return newWire(t, "127.0.0.1:"+port)
		}
		time.Sleep(50 * time.Millisecond)
	}
	said, _ := os.ReadFile(log.Name())
	t.Fatalf("%s did not start: %s", name, said)
	return nil
}

func freePort(t *testing.T) string {
	_, port, _ := net.SplitHostPort(freeAddress(t))
	return port
}

func write(t *testing.T, file, text string, values ...any) string {
	t.Helper()
	if err := os.WriteFile(file, fmt.Appendf(nil, text, values...), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func debianSFTP(t *testing.T) *place {
	p, served := newPlace(t, "sftp", "dep/in")
	p.settings.Root = filepath.Join(served, "dep/in")
	dir, port := t.TempDir(), freePort(t)
	public, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(key, "")
	if err != nil {
		t.Fatal(err)
	}
	own := write(t, filepath.Join(dir, "key"), "%s", pem.EncodeToMemory(block))
	allowed, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "allowed"), "%s", ssh.MarshalAuthorizedKey(allowed))
	_ = os.MkdirAll("/run/sshd", 0o755)
	config := write(t, filepath.Join(dir, "config"), `ListenAddress 127.0.0.1:%s
HostKey %s
AuthorizedKeysFile %s/allowed
PidFile none
StrictModes no
UsePAM no
PermitRootLogin yes
PasswordAuthentication yes
Subsystem sftp internal-sftp
`, port, hostKeyFile(t), dir)
	w := program(t, port, "sshd", "-D", "-e", "-f", config)
	p.secret = "user"
	return through(p, w, map[string]string{"host": w.host(), "port": w.port(), "user": "root", "key_file": own, "pin_host_key": "true"})
}

func debianFTP(t *testing.T) *place {
	p, served := newPlace(t, "ftp", "dep/in")
	ftp, err := user.Lookup("ftp") // vsftpd comes with it
	if err != nil {
		t.Fatal(err)
	}
	p.owner, _ = strconv.Atoi(ftp.Uid)
	for _, dir := range []string{"dep", "dep/in"} {
		_ = os.Chown(filepath.Join(served, dir), p.owner, -1)
	}
	dir, port := t.TempDir(), freePort(t)
	empty := filepath.Join(dir, "empty")
	if err := os.Mkdir(empty, 0o555); err != nil {
		t.Fatal(err)
	}
	config := write(t, filepath.Join(dir, "config"), `listen=YES
listen_address=127.0.0.1
listen_port=%s
background=NO
anonymous_enable=YES
local_enable=NO
write_enable=YES
anon_upload_enable=YES
anon_mkdir_write_enable=YES
anon_other_write_enable=YES
anon_world_readable_only=NO
anon_umask=022
anon_root=%s
ftp_username=ftp
chown_uploads=NO
secure_chroot_dir=%s
seccomp_sandbox=NO
`, port, served, empty)
	w := program(t, port, "vsftpd", config)
	p.secret = "user"
	return through(p, w, map[string]string{"host": w.host(), "port": w.port(), "user": "anonymous", "pass": "anna@example.com"})
}

func debianSMB(t *testing.T) *place {
	p, served := newPlace(t, "smb", "dep/in")
	p.settings.Root = "share/dep/in"
	dir, port := t.TempDir(), freePort(t)
	config := write(t, filepath.Join(dir, "config"), `[global]
server role = standalone server
smb ports = %[2]s
interfaces = lo
bind interfaces only = yes
disable netbios = yes
load printers = no
passdb backend = tdbsam:%[1]s/passdb.tdb
private dir = %[1]s
lock directory = %[1]s
state directory = %[1]s
cache directory = %[1]s
pid directory = %[1]s
ncalrpc dir = %[1]s/ncalrpc
log file = %[1]s/log
[share]
path = %[3]s
read only = no
`, dir, port, served)
	add := exec.Command("smbpasswd", "-a", "-s", "-c", config, "root")
	add.Stdin = strings.NewReader("very-secret\nvery-secret\n")
	if out, err := add.CombinedOutput(); err != nil {
		t.Fatalf("smbpasswd: %s", out)
	}
	w := program(t, port, "smbd", "--foreground", "--no-process-group", "-s", config)
	p.secret = "pass"
	return through(p, w, map[string]string{"host": w.host(), "port": w.port(), "user": "root", "pass": "very-secret"})
}

func debianDAV(t *testing.T) *place {
	p, served := newPlace(t, "webdav", "dep/in")
	dir, port := t.TempDir(), freePort(t)
	write(t, filepath.Join(dir, "passwords"), "anna:{PLAIN}very-secret\n")
	config := write(t, filepath.Join(dir, "config"), `load_module /usr/lib/nginx/modules/ngx_http_dav_ext_module.so;
user root;
daemon off;
master_process off;
pid %[1]s/pid;
error_log stderr;
events {}
http {
	access_log off;
	client_body_temp_path %[1]s/body;
	server {
		listen 127.0.0.1:%[2]s;
		root %[3]s;
		location / {
			dav_methods PUT DELETE MKCOL COPY MOVE;
			dav_ext_methods PROPFIND OPTIONS;
			auth_basic x;
			auth_basic_user_file %[1]s/passwords;
		}
	}
}
`, dir, port, served)
	w := program(t, port, "nginx", "-c", config)
	p.secret = "pass"
	return through(p, w, map[string]string{"url": "http://" + w.Addr().String(), "user": "anna", "pass": "very-secret"})
}
