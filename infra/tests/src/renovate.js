// Applies the patterns of a configuration on standard input: prints the lists of wheels
// that match none, and the versions that are read from the workflows.
const fs = require('fs');
const config = eval(`(${fs.readFileSync(0, 'utf8')})`);
const takes = (manager, file) => manager.managerFilePatterns.some(it => new RegExp(it.slice(1, -1)).test(file));
const lists = fs.readdirSync('infra/local').map(name => `infra/local/${name}`).filter(name => name.endsWith('.txt'));
const flows = fs.readdirSync('.github/workflows').map(name => `.github/workflows/${name}`);
const read = (manager, file) => manager.matchStrings.flatMap(it =>
  [...fs.readFileSync(file, 'utf8').matchAll(new RegExp(it, 'g'))].map(it => it.groups.currentValue));
console.log(JSON.stringify({
  left: lists.filter(file => !takes(config.pip_requirements, file)),
  versions: config.customManagers.flatMap(it => flows.filter(file => takes(it, file)).flatMap(file => read(it, file))),
}));
