// Each script passes the words of the command line, the one at the cursor last, to `cdkx completion --complete -- WORDS`,
// which prints one candidate a line: the word, a tab and a description.

const bash = [
  '# bash completion for cdkx: source <(cdkx completion bash)',
  '_cdkx_complete() {',
  '  local line="${COMP_LINE:0:COMP_POINT}" word prefix="" words=()',
  '  # Split at spaces only: COMP_WORDS is split at "=" and ":" too.',
  '  read -ra words <<<"$line"',
  '  [[ "$line" == *[[:space:]] ]] && words+=("")',
  '  local current="${words[${#words[@]}-1]}"',
  '  # readline replaces only what follows the last of its word breaks.',
  '  if [[ "$current" == *=* && "$COMP_WORDBREAKS" == *=* ]]; then prefix="${current%"${current##*=}"}"; fi',
  '  if [[ "$current" == *:* && "$COMP_WORDBREAKS" == *:* ]]; then prefix="${current%"${current##*[=:]}"}"; fi',
  '  COMPREPLY=()',
  "  while IFS=$'\\t' read -r word _; do",
  '    [[ -n "$word" ]] && COMPREPLY+=("${word#"$prefix"}")',
  '  done < <(command cdkx completion --complete -- "${words[@]:1}" 2>/dev/null)',
  '  if [[ ${#COMPREPLY[@]} -eq 1 && "${COMPREPLY[0]}" == *= ]]; then compopt -o nospace 2>/dev/null; fi',
  '  return 0',
  '}',
  'complete -o default -F _cdkx_complete cdkx',
  '# zsh and fish complete an alias as its command; bash does not.',
  'if [[ "$(alias cdk 2>/dev/null)" == *cdkx* ]]; then complete -o default -F _cdkx_complete cdk; fi',
];

const zsh = [
  '#compdef cdkx',
  '# zsh completion for cdkx: source <(cdkx completion zsh), after compinit',
  '_cdkx_complete() {',
  '  local -a plain valued',
  '  local word meaning',
  "  while IFS=$'\\t' read -r word meaning; do",
  '    [[ -z "$word" ]] && continue',
  '    word="${word//:/\\\\:}"',
  '    if [[ "$word" == *= ]]; then valued+=("$word${meaning:+:$meaning}"); else plain+=("$word${meaning:+:$meaning}"); fi',
  '  done < <(command cdkx completion --complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)',
  '  (( ${#valued} )) && _describe -t options "option" valued -S ""',
  '  (( ${#plain} )) && _describe -t words "cdkx" plain',
  '  (( ${#valued} + ${#plain} )) || _files',
  '}',
  'if [[ "${funcstack[1]}" == _cdkx ]]; then _cdkx_complete "$@"; else compdef _cdkx_complete cdkx; fi',
];

const fish = [
  '# fish completion for cdkx: cdkx completion fish | source',
  'function __cdkx_complete',
  '    set -l words (commandline -opc) (commandline -ct)',
  '    # commandline -ct prints no word if the cursor is after a space.',
  '    test (count (commandline -ct)) -eq 0; and set -a words ""',
  '    command cdkx completion --complete -- $words[2..-1] 2>/dev/null',
  'end',
  'complete -c cdkx -f -a "(__cdkx_complete)"',
];

const pwsh = [
  '# PowerShell completion for cdkx: cdkx completion pwsh | Out-String | Invoke-Expression',
  'Register-ArgumentCompleter -Native -CommandName cdkx -ScriptBlock {',
  '    param($wordToComplete, $commandAst, $cursorPosition)',
  '    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |',
  '        Where-Object { $_.Extent.StartOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })',
  '    # Before 7.3 an empty argument is lost on its way to a program.',
  '    if ($wordToComplete -eq "") { $words += if ($PSVersionTable.PSVersion -ge [version]"7.3") { "" } else { \'""\' } }',
  '    & cdkx completion --complete -- @words 2>$null | ForEach-Object {',
  '        $word, $meaning = $_ -split "`t", 2',
  '        if (-not $meaning) { $meaning = $word }',
  '        [System.Management.Automation.CompletionResult]::new($word, $word, "ParameterValue", $meaning)',
  '    }',
  '}',
];

/** The completion script of each shell. */
export const completionScripts = {
  bash: asText(bash),
  zsh: asText(zsh),
  fish: asText(fish),
  pwsh: asText(pwsh),
} as const;

export type Shell = keyof typeof completionScripts;

function asText(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}
