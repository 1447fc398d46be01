<#
    Makes the Windows packages: dist\woundtrack (the folder), the portable .zip of it, and the
    installer. NOT RUN YET: written on Linux and checked by reading and by the tests of the code it
    calls; see RELEASE_CHECKLIST.md for what to look at on the first run.

    Needs Windows 10 or 11, 64-bit, with
      - Python 3.11 or newer, 64-bit, from python.org   (py -3.11 --version)
      - Inno Setup 6.3 or newer                         (ISCC.exe; without it there is no installer)
      - optionally signtool.exe and a certificate       (-Thumbprint; without, SmartScreen warns)

    Type, in the folder of the checkout:
      powershell -ExecutionPolicy Bypass -File packaging\windows\build.ps1

    -WithoutNetwork leaves the outline network out, which is not for commercial use.
#>
[CmdletBinding()]
param(
    [string] $Python = "3.11",
    [string] $Thumbprint = "",
    [string] $TimestampServer = "",
    [switch] $NoInstaller,
    [switch] $WithoutNetwork
)

Set-StrictMode -Version Latest
$ErrorActionPreference = "Stop"

$root = (Resolve-Path (Join-Path $PSScriptRoot "..\..")).Path
$dist = Join-Path $root "dist"
$program = Join-Path $dist "woundtrack"

function Invoke-Step {
    # PowerShell goes on after a program that ended with an error; this doesn't.
    param([string] $What, [scriptblock] $Do)
    Write-Host "== $What"
    & $Do
    if ($LASTEXITCODE -ne 0) { throw "$What ended with code $LASTEXITCODE" }
}

function Add-Signature {
    param([string[]] $Files)
    if ($Thumbprint -eq "") { return }
    $with = @("sign", "/sha1", $Thumbprint, "/fd", "SHA256", "/d", "woundtrack")
    if ($TimestampServer -ne "") { $with += @("/tr", $TimestampServer, "/td", "SHA256") }
    Invoke-Step "Signing $($Files.Count) files" { signtool.exe @with @Files }
}

Push-Location $root
try {
    # PyInstaller's folder, looked at and run once: the programs in it are signed before they are
    # packed, so that the zip and the installer hold the same bytes.
    $left = @()
    $suffix = ""
    if ($WithoutNetwork) {
        $left = @("--without-network")
        $suffix = "-without-network"
    }
    Invoke-Step "Folder" { py "-$Python" dev.py package --folder-only @left }
    Add-Signature @(
        (Join-Path $program "woundtrack.exe"),
        (Join-Path $program "woundtrack-window.exe")
    )
    Invoke-Step "Portable zip" { py "-$Python" dev.py package --archive-only @left }

    $version = & (Join-Path $root ".venv\Scripts\python.exe") -c "import woundtrack; print(woundtrack.__version__)"

    if (-not $NoInstaller) {
        $places = @(
            (Join-Path ${env:ProgramFiles(x86)} "Inno Setup 6\ISCC.exe"),
            (Join-Path $env:ProgramFiles "Inno Setup 6\ISCC.exe"),
            (Join-Path $env:LOCALAPPDATA "Programs\Inno Setup 6\ISCC.exe")
        )
        $compiler = $places | Where-Object { Test-Path $_ } | Select-Object -First 1
        if ($null -eq $compiler) {
            throw "Inno Setup 6 was not found. Install it, or leave the installer out: -NoInstaller"
        }
        Invoke-Step "Installer" {
            & $compiler "/DVersion=$version" "/DSuffix=$suffix" (Join-Path $PSScriptRoot "woundtrack.iss")
        }
        Add-Signature @((Join-Path $dist "woundtrack-$version$suffix-setup.exe"))
    }

    Invoke-Step "Selftest of the folder" { & (Join-Path $program "woundtrack.exe") selftest }
    Get-ChildItem $dist -File | Where-Object { $_.Extension -in ".zip", ".exe" } |
        ForEach-Object {
            $hash = (Get-FileHash $_.FullName -Algorithm SHA256).Hash.ToLower()
            "{0,10:N1} MB  {1}`n               sha256 {2}" -f ($_.Length / 1MB), $_.Name, $hash
        }
}
finally {
    Pop-Location
}
