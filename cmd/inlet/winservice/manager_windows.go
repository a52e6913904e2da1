package winservice

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/svc"
	"golang.org/x/sys/windows/svc/eventlog"
	"golang.org/x/sys/windows/svc/mgr"
	"inlet.example/inlet/pipeline/message"
)

func supported() error { return nil }

// recovery is what Windows does after one failure after another: the last one is repeated. A day without a failure begins it anew.
var recovery = []mgr.RecoveryAction{
	{Type: mgr.ServiceRestart, Delay: 5 * time.Second}, {Type: mgr.ServiceRestart, Delay: 30 * time.Second}, {Type: mgr.ServiceRestart, Delay: time.Minute},
}

const recoveryReset = 24 * 60 * 60 // seconds

// install makes a service, and says what to do next.
func install(out io.Writer, d definition) error {
	m, err := mgr.Connect()
	if err != nil {
		return err
	}
	defer m.Disconnect() //nolint:errcheck // nothing was left undone
	s, err := m.CreateService(d.name, d.program, mgr.Config{StartType: mgr.StartAutomatic, DisplayName: d.name, ServiceStartName: d.account,
		Description: message.Word(d.language, "Imports workbooks that people save in shared folders")}, d.args...)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := errors.Join(s.SetRecoveryActions(recovery, recoveryReset), s.SetRecoveryActionsOnNonCrashFailures(true)); err != nil {
		fmt.Fprintf(out, message.Word(d.language, "note  the service is not started again after a failure: %s\n"), err)
	}
	_ = eventlog.Remove(d.name) // of a service that was removed by other means
	if err := eventlog.InstallAsEventCreate(d.name, eventlog.Error|eventlog.Warning|eventlog.Info); err != nil {
		fmt.Fprintf(out, message.Word(d.language, "note  the event log shows the texts of the service incompletely: %s\n"), err)
	}
	for _, variable := range d.variables {
		fmt.Fprintf(out, message.Word(d.language, "note  the service does not have the variable %s of this window\n"), variable)
	}
	for _, path := range d.inboxes {
		if isMapped(path) {
			fmt.Fprintf(out, message.Word(d.language, "note  %s is on a network drive, which a service does not see: write its path with the server, \\\\server\\share\n"), path)
		}
	}
	fmt.Fprintf(out, message.Word(d.language, "The service %s was installed and starts with Windows. To start it now: net start %s\n"), d.name, d.name)
	fmt.Fprintf(out, message.Word(d.language, "It logs into %s; warnings and errors are also in the event log (Application, source %s).\n"), d.log, d.name)
	return nil
}

// remove stops and deletes a service.
func remove(name string) error {
	m, err := mgr.Connect()
	if err != nil {
		return err
	}
	defer m.Disconnect() //nolint:errcheck // nothing was left undone
	s, err := m.OpenService(name)
	if err != nil {
		return err
	}
	defer s.Close()
	runs, err := commandLine(s)
	if err != nil {
		return err
	}
	if line, err := windows.DecomposeCommandLine(runs); err != nil || !isOurs(line) {
		return message.Errorf("the service %s is not one of inlet: it runs %s", name, runs)
	}
	if err := stopService(s); err != nil {
		return err
	}
	if err := s.Delete(); err != nil {
		return err
	}
	_ = eventlog.Remove(name) // it may have been removed before
	return nil
}

// commandLine returns what a service runs. Config of package mgr also asks for what Wine does not have.
func commandLine(s *mgr.Service) (string, error) {
	for size := uint32(1024); ; {
		b := make([]byte, size)
		config := (*windows.QUERY_SERVICE_CONFIG)(unsafe.Pointer(&b[0]))
		err := windows.QueryServiceConfig(s.Handle, config, size, &size)
		if err == nil {
			return windows.UTF16PtrToString(config.BinaryPathName), nil
		}
		if !errors.Is(err, windows.ERROR_INSUFFICIENT_BUFFER) || size <= uint32(len(b)) {
			return "", err
		}
	}
}

// stopService stops a service, and waits for longer than it may take.
func stopService(s *mgr.Service) error {
	status, err := s.Control(svc.Stop)
	if errors.Is(err, windows.ERROR_SERVICE_NOT_ACTIVE) {
		return nil
	}
	if err != nil && !errors.Is(err, windows.ERROR_SERVICE_CANNOT_ACCEPT_CTRL) { // it is starting or stopping
		return err
	}
	for end := time.Now().Add(20 * time.Second); status.State != svc.Stopped; {
		if time.Now().After(end) {
			return message.Errorf("the service %s does not stop: end its process in the Task Manager, then run the command again", s.Name)
		}
		time.Sleep(100 * time.Millisecond)
		if status, err = s.Query(); err != nil {
			return err
		}
	}
	return nil
}

// explain returns the words for an answer of the service manager; nil: it has none.
func explain(name string, err error) error {
	switch {
	case errors.Is(err, windows.ERROR_ACCESS_DENIED):
		return message.Errorf("only an administrator may do that: open the window with \"Run as administrator\" and run the command again")
	case errors.Is(err, windows.ERROR_SERVICE_EXISTS), errors.Is(err, windows.ERROR_DUPLICATE_SERVICE_NAME):
		return message.Errorf("the service %s exists already: remove it first with inlet service remove --name %s, or choose another name with --name", name, name)
	case errors.Is(err, windows.ERROR_SERVICE_DOES_NOT_EXIST):
		return message.Errorf("there is no service %s; services.msc lists the services", name)
	case errors.Is(err, windows.ERROR_SERVICE_MARKED_FOR_DELETE):
		return message.Errorf("the service %s is being removed: close services.msc and the Task Manager, then run the command again", name)
	case errors.Is(err, windows.ERROR_INVALID_SERVICE_ACCOUNT):
		return message.Errorf("Windows does not know the account, or it has a password: choose that one in services.msc, under Log On")
	}
	return nil
}

// isMapped reports whether a path is on a drive that a person has connected to a share.
func isMapped(path string) bool {
	volume := filepath.VolumeName(path)
	if len(volume) != 2 || !strings.HasSuffix(volume, ":") {
		return false
	}
	root, err := windows.UTF16PtrFromString(volume + `\`)
	return err == nil && windows.GetDriveType(root) == windows.DRIVE_REMOTE
}
