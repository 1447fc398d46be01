@echo off
rem Starts woundtrack with its settings kept in this folder, and none left on the computer.
set "WOUNDTRACK_CONFIG_DIR=%~dp0settings"
start "" "%~dp0woundtrack-window.exe" %*
