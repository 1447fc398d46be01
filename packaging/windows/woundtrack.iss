; The Windows installer, for Inno Setup 6.3 or newer. NOT RUN YET: see ..\RELEASE_CHECKLIST.md.
; build.ps1 compiles it:  ISCC.exe /DVersion=0.1.0 woundtrack.iss
;
; An IT department installs it for everyone, silently:
;   woundtrack-0.1.0-setup.exe /VERYSILENT /SUPPRESSMSGBOXES /NORESTART /ALLUSERS
; Anyone without an administrator's rights installs it for themselves: /CURRENTUSER.
; Libraries and settings are not the installer's: neither an update nor an uninstallation touches them.

#ifndef Version
  #error The version is missing: start this by build.ps1, or with /DVersion=1.2.3
#endif

#ifndef Suffix
  ; "-without-network" where the outline network was left out.
  #define Suffix ""
#endif

[Setup]
; Never change this id: by it an update finds what it replaces.
AppId={{7C1B4E0A-6D0C-4B56-9C55-0F6E4B7C2D11}
AppName=woundtrack
AppVersion={#Version}
AppVerName=woundtrack {#Version}
DefaultDirName={autopf}\woundtrack
DisableProgramGroupPage=yes
DefaultGroupName=woundtrack
UninstallDisplayIcon={app}\woundtrack-window.exe
LicenseFile=..\..\LICENSE
OutputDir=..\..\dist
OutputBaseFilename=woundtrack-{#Version}{#Suffix}-setup
SetupIconFile=..\..\build\woundtrack\woundtrack.ico
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog commandline
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
; Windows holds the files of a running program: it is asked to close, and never killed.
CloseApplications=yes
RestartApplications=no
Compression=lzma2
SolidCompression=yes
WizardStyle=modern

[Languages]
Name: "english"; MessagesFile: "compiler:Default.isl"

[Tasks]
Name: "desktopicon"; Description: "Put an icon on the desktop"; Flags: unchecked
; A library is a folder, and Windows knows folders by nothing but being folders. So this shows an
; entry in the menu of every folder, and is left to whoever wants it.
Name: "folderverb"; Description: "Show ""Open as woundtrack library"" in the menu of folders"; Flags: unchecked

[InstallDelete]
; What the last version brought and this one doesn't: a library of another version must not be loaded.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "..\..\dist\woundtrack\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{autoprograms}\woundtrack"; Filename: "{app}\woundtrack-window.exe"
Name: "{autodesktop}\woundtrack"; Filename: "{app}\woundtrack-window.exe"; Tasks: desktopicon

[Registry]
Root: HKA; Subkey: "Software\Classes\Directory\shell\woundtrack"; ValueType: string; ValueData: "Open as woundtrack library"; Flags: uninsdeletekey; Tasks: folderverb
Root: HKA; Subkey: "Software\Classes\Directory\shell\woundtrack"; ValueType: string; ValueName: "Icon"; ValueData: "{app}\woundtrack-window.exe"; Tasks: folderverb
Root: HKA; Subkey: "Software\Classes\Directory\shell\woundtrack\command"; ValueType: string; ValueData: """{app}\woundtrack-window.exe"" ""%1"""; Tasks: folderverb

[Run]
Filename: "{app}\woundtrack-window.exe"; Description: "Open woundtrack"; Flags: nowait postinstall skipifsilent
