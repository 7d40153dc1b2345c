/** `onceflow models`: which there are, and how they come here. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { FAMILIES_OF, MODEL_FAMILIES, MODEL_TASKS } from '../kinds/models/model.ts';
import { add, list, pull, verify } from './commands/models.ts';
import type { On } from './program.ts';

export interface ImageSize {
  readonly width_px: number;
  readonly height_px: number;
}

function imageSize(text: string): ImageSize {
  const [, width, height] = /^(\d{2,4})x(\d{2,4})$/.exec(text) ?? [];
  if (width === undefined || height === undefined) throw new InvalidArgumentError('must be like 640x640');
  return { width_px: Number(width), height_px: Number(height) };
}

export function addModels(program: Command, on: On, examples: Examples): void {
  const models = program.command('models').description('the models that steps infer with');
  on(models.command('list').description('all that are known, and which are installed'), list);
  on(
    models
      .command('pull <model>')
      .description('fetch one by its pinned address; its digest is checked')
      .option('--file <path>', 'from a file, where there is no connection')
      .addHelpText('after', examples('models pull yolox-s', 'models pull yolox-s --file ./yolox.onnx')),
    pull,
  );
  on(
    models
      .command('verify [model]')
      .description('measure the digests of what is installed: exit code 1 if one is wrong'),
    verify,
  );
  addAdd(models, on, examples);
}

type Examples = (...lines: readonly string[]) => string;

function addAdd(models: Command, on: On, examples: Examples): void {
  const objects = FAMILIES_OF.objects.join(' or ');
  const command = models
    .command('add')
    .description('make a model of your own known; its digest is pinned')
    .requiredOption('--name <name>', 'lower case letters, digits, dots and dashes')
    .option('--model-version <version>', 'of the model', '1')
    .addOption(new Option('--task <task>', 'what it is for').choices([...MODEL_TASKS]).makeOptionMandatory())
    .addOption(
      new Option('--family <family>', `form of its input and output; objects: ${objects}`).choices([
        ...MODEL_FAMILIES,
      ]),
    )
    .requiredOption('--licence <spdx>', 'its licence, as SPDX writes it')
    .option('--file <path>', 'ONNX file to copy')
    .option('--url <address>', 'ONNX file to fetch; needs --sha256')
    .option('--sha256 <digest>', 'which the file must have')
    .option('--vocabulary <path>', 'speech to text: its vocab.json');
  on(withImageOptions(command).addHelpText('after', examples(...ADD_EXAMPLES)), add);
}

const ADD_EXAMPLES = [
  'models add --name my-yolo --task objects --family yolov8 --file best.onnx --size 640x640 --labels names.txt --licence AGPL-3.0',
  'models add --name w2v --task speech-to-text --file model.onnx --vocabulary vocab.json --licence Apache-2.0',
] as const;

function withImageOptions(command: Command): Command {
  return command
    .option('--labels <path>', 'objects: names of the classes, one a line')
    .option('--size <size>', 'objects: size of the images it looks at, as 640x640', imageSize)
    .addOption(
      new Option('--channels <order>', 'objects: order of colours').choices(['rgb', 'bgr']).default('rgb'),
    )
    .option('--scale <factor>', 'objects: what a byte is multiplied by (yolov8: 1/255, else 1)', Number);
}
