# The module system, small but strict: an option that is not declared, or a value of another type, is an error.
lib:
let
  inherit (builtins) all attrNames concatMap elem filter foldl' head length map mapAttrs;
  inherit (builtins) isAttrs isFunction isList isString;
  inherit (lib) genAttrs hasPrefix unique;

  shown = builtins.concatStringsSep ".";
  names = sets: unique (concatMap attrNames sets);
  values = name: sets: map (set: set.${name}) (filter (set: set ? ${name}) sets);
  is = kind: value: isAttrs value && value._type or null == kind;

  # Conditions and priorities move towards the leaves, so that what a definition names never depends on them.
  push = value:
    if is "merge" value then concatMap push value.contents
    else if is "if" value then map (mapAttrs (_: lib.mkIf value.condition)) (push value.content)
    else if is "override" value then map (mapAttrs (_: lib.mkOverride value.priority)) (push value.content)
    else [ value ];

  # The definitions of a leaf whose conditions hold, with their priorities.
  settle = value:
    if is "merge" value then concatMap settle value.contents
    else if is "if" value then if value.condition then settle value.content else [ ]
    else if is "override" value then map (one: one // { inherit (value) priority; }) (settle value.content)
    else [{ priority = 100; inherit value; }];

  merged = path: type: definitions:
    let
      settled = concatMap settle definitions;
      lowest = foldl' (low: one: if one.priority < low then one.priority else low) 9999 settled;
      chosen = map (one: one.value) (filter (one: one.priority == lowest) settled);
      wrong = filter (value: !type.check value) chosen;
    in
    if chosen == [ ] then throw "The option `${shown path}' is used but not defined."
    else if wrong != [ ] then throw "A definition for option `${shown path}' is not of type `${type.name}'."
    else type.merge path chosen;

  tree = path: options: definitions:
    let
      pushed = concatMap push definitions;
      declared = names options;
      unknown = filter (name: !elem name declared) (names pushed);
      node = name:
        let
          here = path ++ [ name ];
          own = values name options;
          option = head own;
          given = values name pushed ++ lib.optional (option ? default) (lib.mkOverride 1500 option.default);
        in
        if !all (is "option") own then tree here own (values name pushed)
        else if length own > 1 then throw "The option `${shown here}' is declared twice."
        else (option.apply or (value: value)) (merged here option.type given);
    in
    if unknown != [ ] then throw "The option `${shown (path ++ [ (head unknown) ])}' does not exist."
    else genAttrs declared node;

  plain = name: check: { inherit name check; merge = single; };
  single = path: given:
    if all (one: one == head given) given then head given
    else throw "The option `${shown path}' has conflicting definition values.";
  between = low: high: plain "integer between ${toString low} and ${toString high}"
    (value: builtins.isInt value && value >= low && value <= high);

  evalModules = { modules, specialArgs ? { }, prefix ? [ ] }:
    let
      arguments = specialArgs // { inherit config lib; };
      load = module:
        let
          read = if builtins.isPath module || isString module then import module else module;
          said = if isFunction read then read arguments else read;
          full = said ? config || said ? options;
          stray = attrNames (removeAttrs said [ "imports" "options" "config" "meta" "_file" ]);
          bare = removeAttrs said [ "imports" "meta" "_file" ];
        in
        if full && stray != [ ] then throw "A module has both `config' or `options' and `${head stray}'." else
        [{ options = said.options or { }; config = if full then said.config or { } else bare; }]
        ++ concatMap load (said.imports or [ ]);
      loaded = concatMap load modules;
      config = tree prefix (map (one: one.options) loaded) (map (one: one.config) loaded);
    in
    { inherit config; };
in
{
  inherit evalModules;
  mkOption = given: given // { _type = "option"; type = given.type or lib.types.anything; };
  mkEnableOption = what:
    lib.mkOption { type = lib.types.bool; default = false; description = "Whether to enable ${what}."; };
  mkIf = condition: content: { _type = "if"; inherit condition content; };
  mkMerge = contents: { _type = "merge"; inherit contents; };
  mkOverride = priority: content: { _type = "override"; inherit priority content; };
  mkDefault = lib.mkOverride 1000;
  mkForce = lib.mkOverride 50;
  literalExpression = text: { _type = "literalExpression"; inherit text; };

  types = {
    anything = plain "anything" (_: true) // {
      merge = path: given:
        if all (one: isAttrs one && one.type or null != "derivation") given
        then genAttrs (names given) (name: merged (path ++ [ name ]) lib.types.anything (values name given))
        else single path given;
    };
    bool = plain "boolean" builtins.isBool;
    str = plain "string" isString;
    lines = lib.types.str // { merge = _: builtins.concatStringsSep "\n"; };
    int = plain "signed integer" builtins.isInt;
    port = between 0 65535;
    ints = { inherit between; positive = plain "positive integer" (value: builtins.isInt value && value > 0); };
    package = plain "package" (value: isAttrs value && value.type or null == "derivation");
    path = plain "absolute path" (value:
      builtins.isPath value || lib.types.package.check value || isString value && hasPrefix "/" value);
    enum = choices: plain "one of ${toString choices}" (value: elem value choices);
    nullOr = type: {
      name = "null or ${type.name}";
      check = value: value == null || type.check value;
      merge = path: given: if all (one: one == null) given then null else type.merge path given;
    };
    either = one: other: {
      name = "${one.name} or ${other.name}";
      check = value: one.check value || other.check value;
      merge = path: given: (if all one.check given then one else other).merge path given;
    };
    oneOf = choices: foldl' lib.types.either (head choices) (builtins.tail choices);
    listOf = type: {
      name = "list of ${type.name}";
      check = isList;
      merge = path: given: map (one: merged path type [ one ]) (builtins.concatLists given);
    };
    attrsOf = type: {
      name = "attribute set of ${type.name}";
      check = isAttrs;
      merge = path: given:
        let pushed = concatMap push given; in
        genAttrs (names pushed) (name: merged (path ++ [ name ]) type (values name pushed));
    };
    submodule = module: {
      name = "submodule";
      check = value: isAttrs value || isFunction value;
      merge = path: given:
        let defined = map (one: if isFunction one then one else { config = one; }) given; in
        (evalModules { modules = [ module ] ++ defined; prefix = path; }).config;
    };
  };
}
