# As much of nixpkgs' lib as flakes of tests, and our own, use.
let
  inherit (builtins) attrNames concatMap concatStringsSep filter isList length listToAttrs map;
  inherit (builtins) replaceStrings split substring stringLength;
  letters = text: filter (letter: letter != "" && letter != [ ]) (split "" text);
  escape = replaceStrings (letters "\\.*+?()[]{}^$|") (map (letter: "\\${letter}") (letters "\\.*+?()[]{}^$|"));
  lib = builtins // import ./modules.nix lib // {
    genAttrs = names: value: listToAttrs (map (name: lib.nameValuePair name (value name)) names);
    nameValuePair = name: value: { inherit name value; };
    mapAttrs' = change: set: listToAttrs (map (name: change name set.${name}) (attrNames set));
    mapAttrsToList = change: set: map (name: change name set.${name}) (attrNames set);
    filterAttrs = keep: set: removeAttrs set (filter (name: !(keep name set.${name})) (attrNames set));
    optional = condition: value: if condition then [ value ] else [ ];
    optionals = condition: values: if condition then values else [ ];
    optionalString = condition: text: if condition then text else "";
    optionalAttrs = condition: set: if condition then set else { };
    toList = value: if isList value then value else [ value ];
    unique = builtins.foldl' (seen: value: if builtins.elem value seen then seen else seen ++ [ value ]) [ ];
    hasPrefix = prefix: text: substring 0 (stringLength prefix) text == prefix;
    hasSuffix = suffix: text:
      let extra = stringLength text - stringLength suffix; in
      extra >= 0 && substring extra (-1) text == suffix;
    concatLines = lines: concatStringsSep "" (map (line: "${line}\n") lines);
    concatMapStrings = change: values: concatStringsSep "" (map change values);
    concatMapStringsSep = separator: change: values: concatStringsSep separator (map change values);
    makeBinPath = packages:
      concatMapStringsSep ":" (package: "${package}/bin") (filter (package: package != null) packages);
    getExe = package: "${package}/bin/${package.meta.mainProgram}";
    getExe' = package: name: "${package}/bin/${name}";
    escapeShellArg = text: "'${builtins.replaceStrings [ "'" ] [ "'\\''" ] (toString text)}'";
    escapeShellArgs = concatMapStringsSep " " lib.escapeShellArg;
    boolToString = value: if value then "true" else "false";
    hasInfix = infix: text: length (split (escape infix) text) > 1;
    toLower = replaceStrings (letters "ABCDEFGHIJKLMNOPQRSTUVWXYZ") (letters "abcdefghijklmnopqrstuvwxyz");
    # What a configuration asserts has to hold before anything of it is had.
    asserted = config: value:
      let failed = map (one: "- ${one.message}") (filter (one: !one.assertion) config.assertions); in
      if failed == [ ] then value else throw "Failed assertions:\n${lib.concatLines failed}";
    importTOML = path: fromTOML (builtins.readFile path);
    licenses = lib.genAttrs [ "mit" ] (name: { spdxId = name; });
    platforms = {
      linux = [ "x86_64-linux" "aarch64-linux" ];
      darwin = [ "x86_64-darwin" "aarch64-darwin" ];
      unix = lib.platforms.linux ++ lib.platforms.darwin;
    };
    fileset = {
      unions = concatMap lib.toList;
      toSource = { root, fileset }: builtins.path {
        path = root;
        name = "source";
        filter = path: _: builtins.any
          (chosen: path == chosen || lib.hasPrefix "${chosen}/" path || lib.hasPrefix "${path}/" chosen)
          (map toString (lib.toList fileset));
      };
    };
  };
  inherit (lib) concatMapStringsSep;
in
lib
