#!/bin/sh
exec "$(dirname "$0")/../omnicare" health "$@"
