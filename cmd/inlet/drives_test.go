package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"inlet.example/inlet/watcher/remote"
	"inlet.example/inlet/watcher/remote/remotetest"
)

// localDrives are what the tests have for drives: folders of this computer, of the type folder. A file .locked there locks inlet out; with the
// option login a person must let it in first.
type localDrives struct{}

func (localDrives) Open(ctx context.Context, place remote.Location) (remote.Folder, error) {
	if place.Type != "folder" {
		return nil, fmt.Errorf("%q is not a known type of drive; known here: folder", place.Type)
	}
	if place.Options["login"] != "" {
		if token, ok, err := place.Tokens.Token(ctx, "token"); err != nil || !ok || token != place.Options["login"] {
			return nil, errors.Join(err, &remote.Denied{Err: fmt.Errorf("not logged in yet; run \"inlet source login %s\"", place.Source)})
		}
	}
	dir := remotetest.NewDir(place.Root)
	dir.Recursive = place.Recursive
	dir.Before = func(string, string) error {
		if _, err := os.Stat(filepath.Join(place.Root, ".locked")); err == nil {
			return &remote.Denied{Err: errors.New("403: the app may not list this bucket; it needs s3:ListBucket")}
		}
		return nil
	}
	return dir, nil
}

func (localDrives) Login(ctx context.Context, place remote.Location, show func(string)) error {
	show("https://drive.example/let-in?app=inlet")
	return place.Tokens.KeepToken(ctx, "token", place.Options["login"])
}
