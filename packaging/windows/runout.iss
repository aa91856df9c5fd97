; Inno Setup 6: makes runout-VERSION-setup.exe from dist\runout.
;     iscc /DVersion=0.1.0 packaging\windows\runout.iss
; The command for terminals is runout.exe in the folder of the program.
; It installs for one user, without administrator's rights, or for all, as the user chooses.

#ifndef Version
  #define Version "0.1.0"
#endif
#define Program "runout-window.exe"

[Setup]
AppId={{6C0B4E0C-2B0A-4E1D-9B57-78A1B8D0F078}
AppName=Runout
AppVersion={#Version}
AppPublisher=The Runout authors
DefaultDirName={autopf}\Runout
DefaultGroupName=Runout
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
ChangesAssociations=yes
Compression=lzma2
SolidCompression=yes
SetupIconFile=..\..\build\parts\runout.ico
UninstallDisplayIcon={app}\{#Program}
SourceDir=.
OutputDir=..\..\dist
OutputBaseFilename=runout-{#Version}-setup

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"

[CustomMessages]
en.Associate=Offer Runout for WAV, FLAC and AIFF recordings and for its projects
de.Associate=Runout bei WAV-, FLAC- und AIFF-Aufnahmen und bei seinen Projekten anbieten
en.OpenProject=Open in Runout
de.OpenProject=In Runout bearbeiten

[Tasks]
Name: associate; Description: "{cm:Associate}"

[Files]
Source: "..\..\dist\runout\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{autoprograms}\Runout"; Filename: "{app}\{#Program}"

[Registry]
; "Open with": a recording stays with the program it belongs to, and Runout is in the list.
Root: HKA; Subkey: "Software\Classes\Runout.Recording"; ValueType: string; ValueData: "Recording"; Flags: uninsdeletekey; Tasks: associate
Root: HKA; Subkey: "Software\Classes\Runout.Recording\DefaultIcon"; ValueType: string; ValueData: "{app}\{#Program},0"; Tasks: associate
Root: HKA; Subkey: "Software\Classes\Runout.Recording\shell\open\command"; ValueType: string; ValueData: """{app}\{#Program}"" gui ""%1"""; Tasks: associate
Root: HKA; Subkey: "Software\Classes\.wav\OpenWithProgids"; ValueType: string; ValueName: "Runout.Recording"; ValueData: ""; Flags: uninsdeletevalue; Tasks: associate
Root: HKA; Subkey: "Software\Classes\.flac\OpenWithProgids"; ValueType: string; ValueName: "Runout.Recording"; ValueData: ""; Flags: uninsdeletevalue; Tasks: associate
Root: HKA; Subkey: "Software\Classes\.aiff\OpenWithProgids"; ValueType: string; ValueName: "Runout.Recording"; ValueData: ""; Flags: uninsdeletevalue; Tasks: associate
Root: HKA; Subkey: "Software\Classes\.aif\OpenWithProgids"; ValueType: string; ValueName: "Runout.Recording"; ValueData: ""; Flags: uninsdeletevalue; Tasks: associate
; A project is a folder, which has no file type: a line in the menu of folders whose name ends so.
Root: HKA; Subkey: "Software\Classes\Directory\shell\Runout"; ValueType: string; ValueData: "{cm:OpenProject}"; Flags: uninsdeletekey; Tasks: associate
Root: HKA; Subkey: "Software\Classes\Directory\shell\Runout"; ValueType: string; ValueName: "Icon"; ValueData: "{app}\{#Program},0"; Tasks: associate
Root: HKA; Subkey: "Software\Classes\Directory\shell\Runout"; ValueType: string; ValueName: "AppliesTo"; ValueData: "System.ItemName:~>"".runout"""; Tasks: associate
Root: HKA; Subkey: "Software\Classes\Directory\shell\Runout\command"; ValueType: string; ValueData: """{app}\{#Program}"" gui ""%1"""; Tasks: associate

[Run]
Filename: "{app}\{#Program}"; Description: "{cm:LaunchProgram,Runout}"; Flags: nowait postinstall skipifsilent
